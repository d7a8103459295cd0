"""A person at a terminal: what they read, and the keys they press."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.tasks.shell import INV, PATIENCE, Ended

ENTER = "\r"
CTRL_C = "\x03"
CTRL_D = "\x04"
_AT_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def at_terminal(folder: Path, *words: str, prompt: str, keys: str, program: Sequence[str] = INV) -> Ended:
    """Run a program, inv, in a terminal of its own and press the keys when the prompt is there.

    A terminal shows both outputs; they are returned as `out`.
    """
    mine, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _AT_TERMINAL, *program, *words],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        seen = _read(mine, prompt)
        os.write(mine, keys.encode())
        seen += _read(mine, "")
        return Ended(process.wait(PATIENCE), seen, "")
    finally:
        process.kill()
        process.wait()
        os.close(mine)


def _read(terminal: int, until: str) -> str:
    """Read up to a text, or to the end, and no longer than patience lasts."""
    seen = b""
    end = time.monotonic() + PATIENCE
    while not (until and until.encode() in seen):
        ready, _, _ = select.select([terminal], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            break
        try:
            more = os.read(terminal, 65536)
        except OSError:  # the process has closed its end
            break
        if not more:
            break
        seen += more
    return seen.decode()
