"""Simulated workers: when they come, what they see, what they answer."""
