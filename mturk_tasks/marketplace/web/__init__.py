"""The site on which workers take part."""
