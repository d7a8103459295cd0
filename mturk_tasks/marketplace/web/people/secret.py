"""Secrets that people hold, in a cookie or a link: the database knows only their digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new() -> str:
    """Return a secret nobody can guess, as it may stand in an address."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def form_token(visitor: str) -> str:
    """Return what the forms of a visitor carry; who does not know the cookie cannot make it."""
    return hmac.new(visitor.encode(errors="replace"), b"form", hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two texts in a time that tells nothing of them."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))
