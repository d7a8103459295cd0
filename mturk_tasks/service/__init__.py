"""The way out: one client, one way to call it."""
