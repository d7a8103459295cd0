"""Use cases: what each command does, whoever asks for it."""
