"""What any answer may say: faults, limits, pages of a list."""
