"""From text to values and back, with path and line on every complaint."""
