"""A marketplace that speaks the MTurk Requester API 2017-01-17."""
