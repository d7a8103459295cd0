"""Read a file as text, whatever saved it: UTF-8, UTF-16 from a spreadsheet, or an old code page."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from mturk_tasks.errors import FileError, Problem

_DECLARED = re.compile(r"""\A(<\?xml[^>]*?\bencoding\s*=\s*)(["'])[^"']*\2""")
_LATE = re.compile(r"\A(\s+)(<\?xml\b.*?\?>)", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """The text of a file, its line ends as they stand there, and what to say about how it was read."""

    path: Path
    text: str
    notes: tuple[Problem, ...] = ()


def read(path: Path) -> Source:
    """Return the text of a file; raise FileError when there is no file, or no text in it."""
    data = _bytes(path)
    if not data.lstrip():
        raise FileError(Problem(path, None, "is empty"))
    source = _decode(path, data)
    if "\0" in source.text:
        line = source.text[: source.text.index("\0")].count("\n") + 1
        raise FileError(Problem(path, line, "holds a NUL character; save the file as UTF-8 text"))
    return source


def is_empty(path: Path) -> bool:
    """Say whether a file holds nothing but blanks, and the mark at its beginning that programs put there."""
    data = _bytes(path)
    marks = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return not next((data[len(mark) :] for mark in marks if data.startswith(mark)), data).lstrip(b" \t\r\n\0")


def read_document(path: Path) -> Source:
    """Return an XML document; what it declares its encoding to be becomes UTF-8, which it then is.

    XML wants the declaration first: blank lines above it move below it, so that each line keeps its number.
    """
    source = read(path)
    document = _LATE.sub(r"\2\1", source.text)
    return Source(path, _DECLARED.sub(r"\1\2UTF-8\2", document), source.notes)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileError(Problem(path, None, "is not there")) from None
    except IsADirectoryError:
        raise FileError(Problem(path, None, "is a directory; name a file")) from None
    except OSError as error:
        raise FileError(Problem(path, None, f"cannot be read: {error.strerror or error}")) from error


def _decode(path: Path, data: bytes) -> Source:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Source(path, _as(path, data, "utf-16"))
    try:
        return Source(path, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        note = Problem(path, line, "is not UTF-8 and was read as Windows-1252; save it as UTF-8 to be sure")
        return Source(path, _as(path, data, "cp1252"), (note,))


def _as(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FileError(Problem(path, line, "is text in no known encoding; save it as UTF-8")) from error


# Names for files that were chosen by strangers: only what is safe and legible everywhere stays.


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
