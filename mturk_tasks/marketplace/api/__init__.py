"""The Requester API: a request in, an answer out."""
