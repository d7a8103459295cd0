"""Use cases of whoever runs a marketplace."""
