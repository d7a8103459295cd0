"""A server as a process that can be killed, and started again at the same address."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.programs.served import PROGRAM

_READY = re.compile(r"the marketplace is ready at (http://\S+?:(\d+));")
_PATIENCE = 60.0  # seconds


class Process:
    """A server in one of its lives; what they all write to standard error is in `log`."""

    def __init__(self, home: Path, log: Path, *options: str) -> None:
        self._home = home
        self._options = options
        self._port = "0"
        self.log = log
        self.url = ""
        self.start()

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [*PROGRAM, "marketplace.serve", "--port", self._port, *self._options],
                cwd=self._home,
                env={**os.environ, "MTURK_HOME": str(self._home)},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        line = self._process.stdout.readline() if self._process.stdout else ""
        found = _READY.match(line)
        assert found, f"it is not ready: {line!r} {self.log.read_text()[-2000:]}"
        self.url, self._port = found.groups()

    def cpu_seconds(self) -> float:
        """Return the CPU time that this life of it has taken so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """End it as a lost machine does: without a word."""
        self._process.kill()
        self._process.communicate(timeout=_PATIENCE)

    def stop(self) -> int:
        """Stop it in order, and return its exit code."""
        self._process.terminate()
        self._process.communicate(timeout=_PATIENCE)
        return self._process.returncode
