"""A prompt of somebody who types the old commands, and what a marketplace then has of them."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from invoke import Collection

from mturk_tasks.tasks.program import Mturk
from tests.legacy.world import WORKERS, World
from tests.tasks.shell import Ended, ended

PROGRAM = (sys.executable, "-c", "from mturk_tasks.tasks.program import main; main()")
ENTER = "\n"
VERSION = "1.2.3"


class Keyboard(io.StringIO):
    """Keys that a person at a terminal presses."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Prompt:
    """The program `mturk`, run from a folder."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def mturk(self, *words: str, keys: str | None = None, folder: Path | None = None) -> Ended:
        """Run it in this process; with `keys` somebody is there to press them."""
        self.capsys.readouterr()
        code: Any = 0
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder or self.folder)
            patch.setattr(sys, "path", list(sys.path))
            patch.setattr(sys, "dont_write_bytecode", True)
            patch.delitem(sys.modules, "tasks", raising=False)
            if keys is not None:
                patch.setattr(sys, "stdin", Keyboard(keys))
            program = Mturk(version=VERSION, namespace=Collection(), name="mturk", binary="mturk")
            try:
                program.run(["mturk", *words])
            except SystemExit as error:
                code = error.code
            sys.modules.pop("tasks", None)
        output = self.capsys.readouterr()
        return Ended(code or 0, output.out, output.err)

    def do(self, *words: str, keys: str | None = None) -> str:
        """Run a command that must succeed, and return what it said."""
        run = self.mturk(*words, keys=keys)
        assert run.code == 0, run
        return run.out

    def json(self, *words: str, code: int = 0) -> dict[str, Any]:
        """Return the one object that a command writes with --json."""
        run = self.mturk(*words, "--json")
        assert run.code == code, run
        document: dict[str, Any] = json.loads(run.out)
        return document

    def process(self, *words: str, folder: Path | None = None, **variables: str) -> Ended:
        """Run it as a process of its own, without a terminal."""
        return ended(
            subprocess.Popen(
                [*PROGRAM, *words],
                cwd=folder or self.folder,
                env={**os.environ, **variables},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )


def words(line: str, **living: str) -> list[str]:
    """Split a line as a shell of Windows does: a backslash is a part of the name."""
    reader = shlex.shlex(line.format(**living), posix=True, punctuation_chars=False)
    reader.whitespace_split, reader.escape, reader.commenters = True, "", ""
    return list(reader)


def living(world: World) -> dict[str, str]:
    """Return IDs for those that are printed in the reference."""
    work = world.work() if (world.survey / "survey.success").exists() else []
    return {
        "worker": WORKERS[0],
        "assignment": work[0]["AssignmentId"] if work else "",
        "type": getattr(world, "type_id", ""),
    }
