"""Files and folders for their owner alone, from the first byte on and whatever the umask says."""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem

_OWNERS_FILE: Final = 0o600
_OWNERS_FOLDER: Final = 0o700
_OF_OTHERS: Final = 0o077
_ENTER: Final = 0o011  # of a folder: by its group, by others


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, each for its owner alone; raise OSError."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=_OWNERS_FOLDER, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file for its owner alone where there is none; raise OSError.

    A link to what is not there yet is followed.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(os.path.realpath(path), os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNERS_FILE))


def create(path: Path, content: bytes) -> bool:
    """Put bytes into a new file for its owner alone, durably; say whether the file is new.

    Of processes that create it at once, the first one's bytes stay. Raise OSError.
    """
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNERS_FILE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
            return True
        return False
    finally:
        draft.unlink(missing_ok=True)


def warning(paths: Iterable[Path]) -> str:
    """Return a sentence with the command that mends it where others may read or write any of the files.

    Nothing where none of those that are there can be reached by others, or their folder lets nobody in.
    """
    exposed = [path for path in paths if _is_exposed(path)]
    if not exposed:
        return ""
    names = ", ".join(path.name for path in exposed)
    command = f"chmod 600 {shlex.join(str(path) for path in exposed)}"
    return f"{names} may be read by others on this machine; type: {command}"


def _is_exposed(path: Path) -> bool:
    if os.name != "posix":  # modes say nothing elsewhere
        return False
    try:
        return bool(path.stat().st_mode & _OF_OTHERS and path.absolute().parent.stat().st_mode & _ENTER)
    except OSError:
        return False


# Write whole files so that a crash or a full disk leaves the old one or the new one, never half.


def write(path: Path, text: str, *, private: bool = False) -> None:
    """Put `text` into `path` as UTF-8; raise FileError, the old content untouched, when it cannot be.

    A `private` file is for its owner alone.
    """
    write_bytes(path, text.encode(), private=private)


def write_bytes(path: Path, content: bytes, *, private: bool = False) -> None:
    """Put bytes into `path`, whole or not at all; raise FileError when it cannot be."""
    with on_disk(path):
        _replace(path, content, private=private)


def write_failures(path: Path, header: str, lines: Sequence[str]) -> None:
    """Put the lines that failed into `<path>.failure`, below the header, so that they can be given again.

    Where none failed, take away the file of an earlier time.
    """
    failure = path.with_name(f"{path.name}.failure")
    if lines:
        write(failure, "".join(f"{line}\n" for line in (header, *lines)))
    else:
        remove(failure)


def remove(path: Path) -> None:
    """Take a file away if it is there; raise FileError when it cannot be."""
    with on_disk(path):
        path.unlink(missing_ok=True)


def rename(path: Path, new: Path) -> None:
    """Give a file a name that no other has; raise FileError where there is one, or it cannot be."""
    with on_disk(new):
        if new.exists():
            raise FileError(Problem(new, None, f"is in the way of setting {path.name} aside; move it"))
        path.rename(new)


@contextlib.contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into a FileError about the path."""
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> FileError:
    """Return the error that says why a file cannot be written."""
    return FileError(Problem(path, None, f"cannot be written: {error.strerror or error}"))


def _replace(path: Path, content: bytes, *, private: bool) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not private:  # a new file is its owner's alone
            _take_over_mode(path, name)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    sync_folder(path.parent)


def _take_over_mode(path: Path, name: str) -> None:
    """Give the new file the permissions of the old one, or those the user's mask asks for."""
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder as durable as the files behind them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
