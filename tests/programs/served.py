"""Serve a marketplace in a process of its own, as its operator does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = (sys.executable, "-c", "from mturk_tasks.tasks.program import main; main()")


@contextmanager
def served(home: Path, *options: str) -> Iterator[str]:
    """Serve until the block ends, and give the address: a sandbox of its own unless options say more."""
    command = [*PROGRAM, "marketplace.serve", "--port", "0", *options]
    process = subprocess.Popen(
        command,
        cwd=home,
        env={**os.environ, "MTURK_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield _address(process)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _address(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    found = re.search(r"https?://[^\s;,)]+", line)
    assert found, f"no address in the line that says it is ready: {line!r}"
    return found[0].rstrip("/")
