"""A record of what was about to be done and what came of it, on disk before anything is spent.

One JSON object a line, only ever appended. An *intent* stands there before the call it announces,
its *outcome* after; an intent without outcome is work whose result is not known.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from mturk_tasks.errors import FileError, Problem, RecordsError
from mturk_tasks.lib import disk

try:
    import fcntl
except ImportError:  # no such module on Windows, where the journal is not guarded against a second process
    fcntl = None  # type: ignore[assignment]  # the name then says that there is none

Entry = dict[str, Any]
DONE = "done"
FAILED = "failed"


def read(path: Path) -> list[Entry]:
    """Return the entries of a journal; none where there is no file.

    A last line without its end was being written when the machine or the process stopped: what it
    announced was not done yet, so it does not count.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise FileError(Problem(path, None, f"cannot be read: {error.strerror or error}")) from error
    *whole, _torn = content.split(b"\n")
    return [_entry(path, number, line) for number, line in enumerate(whole, 1)]


def _entry(path: Path, number: int, line: bytes) -> Entry:
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    if not isinstance(entry, dict):
        problem = Problem(path, number, "is no line of a journal; bring the file back from version control")
        raise RecordsError(str(problem))
    return entry


def outcomes(entries: Iterable[Entry], action: str) -> dict[str, Entry]:
    """Return the latest outcome of each item of an action."""
    return {
        entry["item"]: entry for entry in entries if entry["event"] == "outcome" and entry["action"] == action
    }


def done(entries: Iterable[Entry], action: str) -> dict[str, Entry]:
    """Return, of each item that an action was done for, the outcome that says so."""
    return {
        entry["item"]: entry
        for entry in entries
        if entry["event"] == "outcome" and entry["action"] == action and entry["status"] == DONE
    }


def open_intents(entries: Iterable[Entry], action: str) -> dict[str, Entry]:
    """Return, of each item whose last word is an intent, the first intent since its last outcome."""
    waiting: dict[str, Entry] = {}
    for entry in entries:
        if entry.get("action") != action:
            continue
        if entry["event"] == "intent":
            waiting.setdefault(entry["item"], entry)
        elif entry["event"] == "outcome":
            waiting.pop(entry["item"], None)
    return waiting


class Journal:
    """A journal open for writing by this process alone.

    An intent is on disk when the call that wrote it returns; an outcome is when the next intent is, or
    when the journal is closed: where a power cut takes it, the intent stands open, and asking again tells.
    Threads that write at the same moment share one trip to the disk. Where another process has it open, a
    `patient` one waits and another raises RecordsError. `sync` stands in for `os.fsync` where a slow disk
    is simulated.
    """

    def __init__(self, path: Path, *, patient: bool = False, sync: Callable[[int], None] = os.fsync) -> None:
        self.path = path
        self._sync_file = sync
        self._writing = threading.Lock()
        self._syncing = threading.Lock()
        self._written = 0
        self._synced = 0
        with self._on_disk():
            self._file = path.open("a+b")
        try:
            self._claim(patient=patient)
            with self._on_disk():
                _cut_torn_line(self._file)
        except BaseException:
            self._file.close()
            raise

    def note(self, event: str, **details: Any) -> None:
        """Append one entry and return when it is on disk; raise FileError when it cannot be."""
        with self._on_disk():
            self._settle(self._write({"event": event, **details}))

    def intend(self, action: str, item: str, **details: Any) -> None:
        """Say that an action is about to be done for an item."""
        self.note("intent", action=action, item=item, **details)

    def conclude(self, action: str, item: str, status: str, **details: Any) -> None:
        """Say what came of it: `done` or `failed`."""
        with self._on_disk():
            self._write({"event": "outcome", "action": action, "item": item, "status": status, **details})

    def close(self) -> None:
        """Put what was written on disk, and give the journal free for other processes."""
        try:
            with self._on_disk():
                self._settle(self._written)
        finally:
            with contextlib.suppress(OSError):  # a full disk was reported when the line was written
                self._file.close()

    def _write(self, entry: Entry) -> int:
        """Append an entry, which outlives this process; return how many there are then."""
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        with self._writing:
            self._file.write(line)
            self._file.flush()
            self._written += 1
            return self._written

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with contextlib.suppress(FileError) if kind else contextlib.nullcontext():  # the first error counts
            self.close()

    def _settle(self, mine: int) -> None:
        """Wait until the first `mine` lines are on disk; whoever comes first syncs for all."""
        with self._syncing:
            if self._synced >= mine:
                return
            with self._writing:
                upto = self._written
            self._sync_file(self._file.fileno())
            self._synced = upto

    def _claim(self, *, patient: bool) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX if patient else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RecordsError(
                f"{self.path}: another command is at work on these HITs; wait for it"
            ) from None

    @contextlib.contextmanager
    def _on_disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            text = f"cannot be written: {error.strerror or error}"
            raise FileError(Problem(self.path, None, text)) from error


def _cut_torn_line(file: IO[bytes]) -> None:
    file.seek(0)
    content = file.read()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        file.truncate(whole)
    file.seek(0, os.SEEK_END)


def matching(entries: Iterable[Entry], **wanted: Any) -> list[Entry]:
    """Return the entries that have all the given values."""
    return [entry for entry in entries if _has(entry, wanted)]


def _has(entry: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(entry.get(name) == value for name, value in wanted.items())


def done_intents(entries: Iterable[Entry], action: str) -> list[Entry]:
    """Return the intents of an action whose outcome says that it was done, one for each item."""
    entries = list(entries)
    concluded = done(entries, action)
    intents = {entry["item"]: entry for entry in matching(entries, event="intent", action=action)}
    return [entry for item, entry in intents.items() if item in concluded]


# The key under which workers stand in journals; it stays in the user's own directory.


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
    with disk.on_disk(path):
        is_new = disk.create(path, f"{key.hex()}\n".encode())
    return key if is_new else _key(path)
