"""What reading a template brings to light besides its tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mturk_tasks.errors import Problem
from mturk_tasks.files.velocity.tree import Place


@dataclass
class Findings:
    """What is wrong, what there is to tell, and the names of the variables that are set anywhere.

    With `keeps_unknown` a `${name}` that is no column stays as it is, and is told.
    """

    columns: frozenset[str]
    folder: Path
    keeps_unknown: bool = False
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    variables: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)
    opened: list[Path] = field(default_factory=list)  # the files that #parse and #include bring in

    def refuse(self, place: Place, text: str) -> None:
        """Keep a reason why the template cannot be used."""
        self.problems.append(Problem(place.path, place.line, text))

    def note(self, place: Place, text: str) -> None:
        """Keep something to tell that stops nothing; what was told already is not told again."""
        if text not in self._told:
            self._told.add(text)
            self.notes.append(Problem(place.path, place.line, text))
