"""Many of anything, safely."""
