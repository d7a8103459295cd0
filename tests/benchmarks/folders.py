"""Survey folders and commands for measurements, in a directory that goes away."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BIN = Path(sys.executable).parent
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}
QUESTION = """\
<?xml version="1.0" encoding="UTF-8"?>
<QuestionForm xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2017-11-06/QuestionForm.xsd">
  <Overview><Title>Birds</Title><Text>{padding}</Text></Overview>
  <Question>
    <QuestionIdentifier>bird</QuestionIdentifier>
    <IsRequired>true</IsRequired>
    <QuestionContent><Text>Which bird is in ${{picture}}?</Text></QuestionContent>
    <AnswerSpecification><FreeTextAnswer/></AnswerSpecification>
  </Question>
</QuestionForm>
""".format(padding="Look at the picture and write down the name of the bird. " * 30)
PROPERTIES = """\
title: Name the bird
description: One picture, one name
keywords: birds
reward: 0.01
assignments: {assignments}
annotation: ${{picture}}
assignmentduration: 600
hitlifetime: 864000
autoapprovaldelay: 259200
"""
TASKS = "from mturk_tasks import hit_tasks\n\nns = hit_tasks(__file__)\n"


class Folder:
    """One survey folder, and a home of its own for what the commands keep."""

    def __init__(self, top: Path, rows: int, *, assignments: int = 1) -> None:
        self.path, self.home = top / "birds", top / "home"
        self.path.mkdir()
        self.home.mkdir()
        self.write("birds.properties", PROPERTIES.format(assignments=assignments))
        self.write("birds.question", QUESTION)
        self.write("tasks.py", TASKS)
        self.write("birds.input", "picture\n" + "".join(f"picture-{n}.jpg\n" for n in range(rows)))

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text, encoding="utf-8")

    def run(self, *words: str, endpoint: str = "", program: str = "mturk") -> float:
        """Run a command, which must succeed, and return its seconds."""
        return timed([str(BIN / program), *words], self.path, self.environment(endpoint))

    def environment(self, endpoint: str = "") -> dict[str, str]:
        here = {"MTURK_HOME": str(self.home), "HOME": str(self.home), "PATH": os.environ["PATH"]}
        where = (
            {"MTURK_SANDBOX_ENDPOINT": endpoint, "INVOKE_MTURK_SANDBOX_ENDPOINT": endpoint}
            if endpoint
            else {}
        )
        return {**here, **KEYS, **where}


@contextmanager
def folder(rows: int, *, assignments: int = 1) -> Iterator[Folder]:
    with tempfile.TemporaryDirectory() as top:
        yield Folder(Path(top), rows, assignments=assignments)


def timed(command: list[str], path: Path, environment: dict[str, str]) -> float:
    """Run a command, which must succeed, and return its seconds."""
    began = time.perf_counter()
    ended = subprocess.run(command, cwd=path, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    assert ended.returncode == 0, (command, ended.stdout[-500:], ended.stderr[-1500:])
    return seconds
