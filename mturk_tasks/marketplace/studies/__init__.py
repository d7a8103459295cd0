"""Studies: HITs that participants come to by a link, and who these are."""
