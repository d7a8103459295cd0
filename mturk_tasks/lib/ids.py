"""Identifiers as the service made them: 30 characters, of which the first is a 3."""

from __future__ import annotations

import secrets
from string import ascii_uppercase, digits
from typing import Final

_ALPHABET: Final = digits + ascii_uppercase
_LENGTH: Final = 29


def new_id() -> str:
    """Return an identifier nobody can guess: `3` and 29 of A to Z and 0 to 9."""
    number = secrets.randbelow(len(_ALPHABET) ** _LENGTH)
    characters = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[place])
    return "3" + "".join(characters)
