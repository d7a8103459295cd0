"""What simulated workers answer: anything that the question's own checks would let through."""
