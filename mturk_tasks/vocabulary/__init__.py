"""The field's words as types and facts: no input, no output, no clock."""
