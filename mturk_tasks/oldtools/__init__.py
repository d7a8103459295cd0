"""What lets projects of the Command Line Tools go on: their scripts, their folders, makeTemplate."""
