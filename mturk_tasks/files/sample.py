"""What a new survey begins with when it is not one of our samples: each file's content by its ending."""

from __future__ import annotations

from pathlib import Path

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import inputs, survey, text

Files = dict[str, bytes]


def of_folder(folder: Path) -> tuple[str, Files]:
    """Return the name and the three files of a survey folder, of the old tools' kind or of ours.

    The properties become UTF-8, whatever they were. What loading made of the survey stays where it is.
    Raise UsageError where the folder holds several surveys, FileError for a file that is missing,
    cannot be read, or is there twice.
    """
    if not folder.is_dir():
        raise FileError(Problem(folder, None, "is no folder of a survey"))
    found = survey.find(folder)
    problems = [
        Problem(path, None, "says the same as another file there; move one") for path in found.doubles
    ]
    files: Files = {}
    for path in (found.input, found.properties, found.question):
        try:
            content = text.read(path).text
        except FileError as error:
            problems += error.problems
        else:
            is_properties = path == found.properties
            files[path.suffix[1:]] = content.encode() if is_properties else path.read_bytes()
    if problems:
        raise FileError(*problems)
    return found.name, files


def of_page(layout: Path, rows: Path) -> tuple[str, Files]:
    """Return the name and the two files of the web site: an HTML layout and a comma-separated input.

    Raise FileError where they cannot be read.
    """
    text.read(layout)
    if rows.suffix.lower() != ".csv":
        raise FileError(Problem(rows, None, "is not called .csv; save the rows as comma-separated text"))
    inputs.read(rows)
    return layout.name, {"html": layout.read_bytes(), "csv": rows.read_bytes()}
