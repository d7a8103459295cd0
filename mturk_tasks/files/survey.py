"""Which file of a survey folder is which."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem, UsageError
from mturk_tasks.files import table
from mturk_tasks.lib import text
from mturk_tasks.vocabulary import columns

DOWNLOADS: Final = ("csv", "jsonl")  # with the requester's marks in them
WORKBOOK: Final = "xlsx"
TIDY: Final = "tidy"
PARQUET: Final = "parquet"
FORMATS: Final = (*DOWNLOADS, WORKBOOK, TIDY, PARQUET)
SOURCES: Final = ("input", "csv", "properties", "question", "html", "answer", "answerkey")

_LABEL = re.compile(r"[\w][\w.@ -]*")
_OLD_CONFIGURATION = "mturk.properties"
_PAIRS = (("input", "csv"), ("question", "html"))


@dataclass(frozen=True)
class Survey:
    """The three files that make up a survey, and the label of its sets unless they are given another.

    `doubles` are files of the web site's kind that stand beside the usual ones: which are meant is not
    known then.
    """

    name: str
    input: Path
    properties: Path
    question: Path
    doubles: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the three files."""
        return (self.input, self.properties, self.question)

    @property
    def folder(self) -> Path:
        """Return the folder of the input, where what is made of the survey stands."""
        return self.input.parent


def of_folder(folder: Path, name: str) -> Survey:
    """Return the survey of that name whose files stand in a folder under their usual names.

    What the web site had instead of them, `NAME.csv` and `NAME.html`, is taken where it is there.
    """
    files, doubles = [], []
    for usual, other in _PAIRS:
        ours, sites = folder / f"{name}.{usual}", folder / f"{name}.{other}"
        files.append(sites if sites.exists() and not ours.exists() else ours)
        doubles += [sites] if sites.exists() and ours.exists() else []
    rows, question = files
    return Survey(name, rows, folder / f"{name}.properties", question, tuple(doubles))


def survey_of_files(rows: Path, properties: Path, question: Path) -> Survey:
    """Return the survey of three files; its sets stand beside the input."""
    label = str(rows.with_suffix("")) if rows.suffix in (".input", ".csv") else str(rows)
    return Survey(label, rows, properties, question)


@dataclass(frozen=True)
class BatchFiles:
    """The files of one set: what one load made."""

    folder: Path
    label: str

    def under(self, label: str) -> BatchFiles:
        """Return the files of another label in the same folder."""
        return replace(self, label=label)

    @property
    def success(self) -> Path:
        """Return the receipt: the IDs of the HITs."""
        return self._file("success")

    @property
    def failure(self) -> Path:
        """Return the input rows of which no HIT was made."""
        return self._file("failure")

    @property
    def results(self) -> Path:
        """Return the file of the work done."""
        return self._file("results")

    @property
    def fetched(self) -> Path:
        """Return the copy of the work as it was fetched last."""
        return self._file("results.fetched")

    def download(self, kind: str) -> Path:
        """Return the file of the work done in another format; ignore rules for results match its name."""
        return self._file("results.tidy.csv" if kind == TIDY else f"results.{kind}")

    @property
    def drafts(self) -> Path:
        """Return the file of what workers typed and have not submitted."""
        return self._file("drafts")

    @property
    def uploads(self) -> Path:
        """Return the folder of the files that workers sent."""
        return self._file("files")

    @property
    def report(self) -> Path:
        """Return the page about the answers."""
        return self._file("report.html")

    @property
    def labels(self) -> Path:
        """Return the table of what each row is, by all its answers."""
        return self._file("labels.csv")

    @property
    def votes(self) -> Path:
        """Return the table of answers that crowd-kit reads."""
        return self._file("votes.csv")

    @property
    def quality(self) -> Path:
        """Return the table of assignments worth a look."""
        return self._file("quality.csv")

    @property
    def dataset(self) -> Path:
        """Return the folder to be published."""
        return self._file("dataset")

    @property
    def participants(self) -> Path:
        """Return the table of who came to the study."""
        return self._file("participants.csv")

    @property
    def links(self) -> Path:
        """Return the table of the links that are one person's each."""
        return self._file("links.csv")

    @property
    def printed_links(self) -> Path:
        """Return the page of these links to be printed and cut up."""
        return self._file("links.html")

    @property
    def prolific(self) -> Path:
        """Return the description of the study for Prolific's command line."""
        return self._file("prolific.yaml")

    @property
    def packed(self) -> Path:
        """Return that folder, packed."""
        return self._file("dataset.zip")

    @property
    def journal(self) -> Path:
        """Return the record of every load, HIT and decision."""
        return self._file("journal")

    @property
    def all(self) -> tuple[Path, ...]:
        """Return every file, the journal last: while it is there the set can be found."""
        downloads = map(self.download, FORMATS)
        made = (
            self.report,
            self.labels,
            self.votes,
            self.quality,
            self.dataset,
            self.packed,
            self.participants,
            self.links,
            self.printed_links,
            self.prolific,
        )
        others = (self.fetched, self.drafts, self.uploads, *made)
        return (self.success, self.failure, self.results, *downloads, *others, self.journal)

    def _file(self, ending: str) -> Path:
        return self.folder / f"{self.label}.{ending}"


def find(folder: Path, name: str = "") -> Survey:
    """Return the survey of a folder: the one named, else the only one, else the one named as the folder.

    Raise UsageError where that is not one survey.
    """
    return of_folder(folder, name or only_name(folder, "surveys"))


def only_name(folder: Path, what: str) -> str:
    """Return the name of the one thing whose properties a folder holds; `what` says of what several are."""
    names = sorted(path.stem for path in folder.glob("*.properties") if path.name != _OLD_CONFIGURATION)
    own = folder.resolve().name
    if len(names) == 1:
        return names[0]
    if not names or own in names:
        return own
    raise UsageError(
        f"{folder} holds several {what} ({', '.join(names)}); "
        f"name one in invoke.yaml, as in mturk: name: {names[0]}"
    )


def sources(folder: Path, name: str = "") -> tuple[Path, ...]:
    """Return where the files can stand that make up the survey or qualification of a folder.

    There are none where the folder does not say which survey is meant.
    """
    try:
        name = name or only_name(folder, "surveys")
    except UsageError:
        return ()
    return tuple(folder / f"{name}.{ending}" for ending in SOURCES)


def set_files(folder: Path, label: str) -> BatchFiles:
    """Return the files of a label, which may lead to another folder.

    Raise UsageError for a label that cannot be part of a file name.
    """
    place = folder / label
    if not _LABEL.fullmatch(place.name) or not label or label.endswith("/"):
        raise UsageError(f"label {label!r} cannot name files; use letters, digits, - _ . and blanks")
    return BatchFiles(place.parent, place.name)


def set_of(success: Path) -> BatchFiles:
    """Return the files of the set that a success file belongs to."""
    return BatchFiles(success.parent, success.name.removesuffix(".success"))


def read_success(path: Path) -> list[str]:
    """Return the HIT IDs of a success file, each once; cells equal to the header are passed over.

    Raise FileError for a row without its ID, and for one that a quote has glued to the next: the HIT
    would be forgotten.
    """
    parsed = table.parse(text.read(path).text, path)
    named = parsed.column(columns.HIT_ID)
    if named is None:
        raise FileError(Problem(path, parsed.header.line, f"has no column {columns.HIT_ID}"))
    ids = [record[named].strip() for record in parsed.records()]
    problems = [
        Problem(path, row.line, what)
        for row, value in zip(parsed.rows, ids, strict=True)
        if (what := _lost(row, value))
    ]
    if problems:
        raise FileError(*problems)
    return list(dict.fromkeys(value for value in ids if value.lower() != columns.HIT_ID))


def _lost(row: table.Row, hit_id: str) -> str:
    if not hit_id:
        return f"has no {columns.HIT_ID}; add it, or take the row out"
    glued = any(len(cell.splitlines()) > 1 for cell in row.cells)
    return "a quote opened here swallows rows below; IDs need no quotes" if glued else ""


# Which file of a qualification folder is which.


_RECEIPT = ".properties.success"


@dataclass(frozen=True)
class TypeFiles(BatchFiles):
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


def find_definition(folder: Path, name: str = "") -> Definition:
    """Return the definition that a folder holds: the one named, else the only one, else the folder's own.

    Raise UsageError where that is not one qualification.
    """
    name = name or only_name(folder, "qualifications")
    there = (folder / f"{name}.{ending}" for ending in ("question", "answer", "answerkey"))
    question, answer, key = (path if path.exists() else None for path in there)
    return Definition(folder / f"{name}.properties", question, answer, key)


def files_of(receipt: Path) -> TypeFiles:
    """Return the files that an ID file, of either name, belongs to."""
    name = receipt.name
    label = name.removesuffix(_RECEIPT) if name.endswith(_RECEIPT) else name.removesuffix(".success")
    return TypeFiles(receipt.parent, label)
