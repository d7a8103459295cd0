"""The documents of the API: questions and answers."""
