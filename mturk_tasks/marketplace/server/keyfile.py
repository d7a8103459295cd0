"""The file whose key the requesters' secrets are encrypted with; it belongs in no database and no backup."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.lib import disk

_OF_OTHERS = 0o077


@dataclass(frozen=True)
class KeyFile:
    """Give the cipher under the key in a file of mode 0600."""

    path: Path

    def cipher(self) -> Fernet | None:
        """Return the cipher, None where there is no file.

        Raise FileError for a file that others may read, or that holds no key.
        """
        try:
            open_to = self.path.stat().st_mode & _OF_OTHERS
            text = self.path.read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self._fault(f"cannot be read as the marketplace's key: {error}") from error
        if open_to:
            raise self._fault(f"may be read by others; type: chmod 600 {self.path}")
        try:
            return Fernet(text.strip())
        except ValueError as error:
            raise self._fault("holds no key of a marketplace") from error

    def made(self) -> Fernet:
        """Return the cipher, making the file where there is none.

        Of two processes that make it at once, the first one's counts. Raise FileError where it
        cannot be written.
        """
        found = self.cipher()
        if found:
            return found
        try:
            self._make()
        except OSError as error:
            raise self._fault(f"cannot be written: {error.strerror or error}") from error
        return self.made()

    def _make(self) -> None:
        disk.make_folder(self.path.parent)
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(Fernet.generate_key() + b"\n")
                file.flush()
                os.fsync(file.fileno())  # secrets on the disk are worth nothing without it
            try:
                os.link(draft, self.path)
            except FileExistsError:
                return
        finally:
            draft.unlink(missing_ok=True)

    def _fault(self, text: str) -> FileError:
        return FileError(Problem(self.path, None, text))
