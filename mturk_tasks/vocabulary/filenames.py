"""Names for files that were chosen by strangers: only what is safe and legible everywhere stays."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

LONGEST: Final = 100  # characters
_MOST_BYTES: Final = 200  # in UTF-8; most file systems take 255, and something may be put in front
_SAFE: Final = " _.()+@-"  # beside letters, their marks and digits: nothing that hides or turns text
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def clean(name: str, otherwise: str = "file") -> str:
    """Return a name that leads to no other folder and is no device, hidden file or trick on any system.

    Of a path the last part is meant. Where nothing is left it is `otherwise`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = " ".join("".join(one if _is_safe(one) else "_" for one in last).split()).strip(". ")
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    return _shortened(plain) or otherwise


def _is_safe(character: str) -> bool:
    return character in _SAFE or unicodedata.category(character)[0] in "LMN"


def _shortened(name: str) -> str:
    """Return a name cut before its ending, so that what kind of file it is can still be seen."""
    ending = PurePosixPath(name).suffix[:20]
    stem = name[: len(name) - len(ending)] if ending else name
    while stem and (len(stem + ending) > LONGEST or len((stem + ending).encode()) > _MOST_BYTES):
        stem = stem[:-1]
    return (stem.rstrip(". ") + ending).strip(". ")
