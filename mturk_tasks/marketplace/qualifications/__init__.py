"""Qualification types, who holds them, and what they admit to."""
