"""The invoke tasks: parse, call a use case, say the result."""
