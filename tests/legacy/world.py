"""A folder of the old tools and the marketplace its HITs are in, at three moments of a survey's life.

Each moment is made once and copied for each test: `fresh` before a load, `loaded` after it, `worked`
when two workers have submitted work on each HIT and the results are fetched.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mturk_tasks.commands.surveys import load, results
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.tasks.bootstrap import Embedded
from tests.bench import Bench

MOMENTS = ("fresh", "loaded", "worked")
WORKERS = ("AONE", "ATWO")
NAME = "survey"


@dataclass(frozen=True)
class World:
    """The old tools' folder with its surveys below it, and the user's marketplace."""

    root: Path

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def survey(self) -> Path:
        return self.root / NAME

    @property
    def here(self) -> Path:
        """Return the folder that commands are run in."""
        return self.survey

    @property
    def client(self) -> Any:
        """Return a client of the embedded sandbox, as a requester's own program has one."""
        return Embedded(self.home / "sandbox.db", dry=False).connect()

    def hits(self) -> list[dict[str, Any]]:
        hits: list[dict[str, Any]] = self.client.list_hits(MaxResults=100)["HITs"]
        return sorted(hits, key=lambda hit: hit["HITId"])

    def hit_ids(self) -> list[str]:
        """Return the HITs of the success file, in its order."""
        lines = self.read(f"{NAME}.success").splitlines()
        return [line.split("\t")[0] for line in lines[1:]]

    def work(self) -> list[dict[str, Any]]:
        """Return every piece of submitted work, in the order of the success file."""
        pages = [
            self.client.list_assignments_for_hit(HITId=hit_id, MaxResults=100) for hit_id in self.hit_ids()
        ]
        return [entry for page in pages for entry in page["Assignments"]]

    def statuses(self) -> list[str]:
        return sorted(entry["AssignmentStatus"] for entry in self.work())

    def read(self, name: str) -> str:
        return (self.here / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> Path:
        path = self.here / name
        path.write_text(text, encoding="utf-8")
        return path

    def old_receipt(self) -> None:
        """Leave of the load what the old program left: no journal."""
        (self.survey / f"{NAME}.journal").unlink()


def make(root: Path, moment: str) -> World:
    """Make the world at a moment; a second folder `mysurvey` has the same HITs."""
    world = World(root)
    root.mkdir()
    bench = Bench(world.survey, world.home)
    bench.rows("owl.jpg", "jay.jpg", "wren.jpg")
    if moment != "fresh":
        load.run(bench.context(), LoadRequest(label=NAME))
    if moment == "worked":
        for hit_id in world.hit_ids():
            for worker in WORKERS:
                bench.submit(worker, hit_id)
        results.run(bench.context(), NAME)
    for path in sorted(world.survey.glob("birds.*")):
        path.rename(path.with_name(path.name.replace("birds", NAME)))
    copy = Path(shutil.copytree(world.survey, root / "mysurvey"))
    for path in sorted(copy.iterdir()):
        path.rename(path.with_name(path.name.replace(NAME, "mysurvey")))
    return world
