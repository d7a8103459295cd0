"""The worker site: pages on which people find HITs, answer them, and see what became of their work."""
