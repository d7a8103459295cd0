"""Review policies: what requests ask for, the rules that decide, what was done and found."""
