"""The key under which workers stand in journals; it stays in the user's own directory."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files.atomic import unwritable
from mturk_tasks.lib import disk

_SIZE = 32  # bytes


def pseudonym(key_file: Path, worker_id: str) -> str:
    """Return what stands for a worker in a journal: HMAC-SHA-256 under the key, in hex.

    The key is made at first use. Raise FileError where it cannot be read or kept.
    """
    return hmac.new(_key(key_file), worker_id.encode(), hashlib.sha256).hexdigest()


def _key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return _create(path)
    except (OSError, ValueError) as error:
        raise FileError(Problem(path, None, f"cannot be read as the journal's key: {error}")) from error
    if len(key) != _SIZE:
        raise FileError(Problem(path, None, f"is no journal's key: it holds {len(key)} bytes, not {_SIZE}"))
    return key


def _create(path: Path) -> bytes:
    """Make the key; where another process makes it at the same moment, that one's counts."""
    key = secrets.token_bytes(_SIZE)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        disk.make_folder(path.parent)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())  # what is written under the key is durable, so the key must be
        try:
            os.link(draft, path)
        except FileExistsError:
            return _key(path)
        finally:
            draft.unlink()
    except OSError as error:
        raise unwritable(path, error) from error
    return key
