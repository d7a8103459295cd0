"""Values as text a person reads."""
