"""What whoever runs a marketplace does: back up, check, export, import."""
