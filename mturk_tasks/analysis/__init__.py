"""What the work on a survey says: typed answers, agreement, labels, quality; nothing here calls a service."""
