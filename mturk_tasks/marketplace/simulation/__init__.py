"""Simulated workers, with whom a survey is rehearsed."""
