"""Which file of a qualification folder is which."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mturk_tasks.files import survey
from mturk_tasks.files.survey import SetFiles

_RECEIPT = ".properties.success"


@dataclass(frozen=True)
class TypeFiles(SetFiles):
    """The files that are made of one qualification type: its ID, the requests for it, its journal."""

    @property
    def success(self) -> Path:
        """Return the file with the ID, called after the properties file as the reference has it."""
        return self._file("properties.success")

    @property
    def plain_success(self) -> Path:
        """Return where the ID is found as well, called as the success file of a survey."""
        return self._file("success")

    @property
    def requests(self) -> Path:
        """Return the file of the requests that wait."""
        return self._file("requests")

    @property
    def all(self) -> tuple[Path, ...]:
        """Return every file, the journal last: while it is there the type can be found."""
        return (self.success, self.plain_success, self.requests, self.journal)


@dataclass(frozen=True)
class Definition:
    """The files that make up a qualification type; those that are not there are None.

    `key` holds the lines by which the requester grades what the marketplace cannot.
    """

    properties: Path
    question: Path | None = None
    answer: Path | None = None
    key: Path | None = None

    @property
    def sources(self) -> tuple[Path, ...]:
        """Return the files that are there."""
        return tuple(path for path in (self.properties, self.question, self.answer, self.key) if path)

    @property
    def files(self) -> TypeFiles:
        """Return the files that are made of it, which stand beside the properties."""
        return TypeFiles(self.properties.parent, self.properties.name.removesuffix(".properties"))


def find(folder: Path, name: str = "") -> Definition:
    """Return the definition that a folder holds: the one named, else the only one, else the folder's own.

    Raise UsageError where that is not one qualification.
    """
    name = name or survey.only_name(folder, "qualifications")
    there = (folder / f"{name}.{ending}" for ending in ("question", "answer", "answerkey"))
    question, answer, key = (path if path.exists() else None for path in there)
    return Definition(folder / f"{name}.properties", question, answer, key)


def files_of(receipt: Path) -> TypeFiles:
    """Return the files that an ID file, of either name, belongs to."""
    name = receipt.name
    label = name.removesuffix(_RECEIPT) if name.endswith(_RECEIPT) else name.removesuffix(".success")
    return TypeFiles(receipt.parent, label)
