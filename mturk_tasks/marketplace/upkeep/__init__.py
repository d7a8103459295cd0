"""What who runs a marketplace asks of it: checks, copies, moves, numbers."""
