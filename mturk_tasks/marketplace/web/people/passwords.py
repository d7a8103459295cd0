"""Passwords: which are good enough, and how they are kept.

The hash is Argon2id with the lowest costs that OWASP's password storage cheat sheet gives.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST: Final = 10  # characters
LONGEST: Final = 256
_AT_ONCE: Final = threading.BoundedSemaphore(4)  # a hash takes its memory, and there are many threads
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # tests put a cheap one in


def is_good(password: str) -> bool:
    """Say whether a password is neither too short nor too long."""
    return SHORTEST <= len(password) <= LONGEST


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    with _AT_ONCE:
        return hasher.hash(password)


def matches(kept: str, password: str) -> bool:
    """Say whether a password is the one that was kept; where nothing was, it takes as long to say no."""
    try:
        with _AT_ONCE:
            return hasher.verify(kept or _nobodys(), password[: LONGEST + 1]) and bool(kept)
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return hasher.hash("nobody's")
