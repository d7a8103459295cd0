"""What a worker does: take work, answer, upload, qualify."""
