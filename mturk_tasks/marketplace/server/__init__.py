"""The marketplace behind an address: the API over HTTP, and who may call it."""
