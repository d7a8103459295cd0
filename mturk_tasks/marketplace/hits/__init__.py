"""HITs, their counters, and the work on them."""
