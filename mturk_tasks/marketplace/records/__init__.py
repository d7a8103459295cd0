"""Records that belong to no HIT alone: money, events, messages, workers, documents."""
