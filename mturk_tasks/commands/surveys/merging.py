"""Merge the rows of the input into those properties that may differ from HIT to HIT."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.lib import text
from mturk_tasks.lib.text import Source
from mturk_tasks.velocity import merge
from mturk_tasks.velocity.merge import Template
from mturk_tasks.vocabulary import properties, requirements
from mturk_tasks.vocabulary.entries import Entry
from mturk_tasks.vocabulary.properties import HitProperties, RowProperties

_SHOWN = 5


class Merging:
    """The merged entries of a properties file, compiled once and filled with many rows."""

    def __init__(self, properties: HitProperties, columns: Collection[str], path: Path) -> None:
        """Compile the entries; raise FileError for a reference to no column."""
        self._path = path
        self._entries = properties.merged
        self._templates = _compile(properties.merged, columns, path)
        self._known: dict[tuple[str, ...], RowProperties] = {}

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Return what stays as it is in the entries."""
        return tuple(note for template in self._templates.values() for note in template.notes)

    @property
    def names(self) -> frozenset[str]:
        """Return the columns that the entries use."""
        return frozenset(name for template in self._templates.values() for name in template.names)

    def fill(self, cells: Mapping[str, str]) -> RowProperties:
        """Return what the entries say with a row in them; raise FileError where that does not fit."""
        texts = {key: template.fill(cells) for key, template in self._templates.items()}
        made = tuple(texts.values())
        if made not in self._known:
            filled = [entry._replace(text=texts.get(entry.key, entry.text)) for entry in self._entries]
            self._known[made] = properties.read_row(filled, self._path)
        return self._known[made]

    def check_agreement(self, rows: Iterable[tuple[int, RowProperties]], of: Path) -> None:
        """Raise FileError, with the lines of the input, where rows ask for different requirements.

        They belong to the HIT type, and all HITs of a load are of one type.
        """
        lines: dict[object, list[int]] = {}
        for line, values in rows:
            lines.setdefault(values.requirements, []).append(line)
        if len(lines) < 2:
            return
        sets = "; ".join(_told(value) for value in list(lines.values())[:_SHOWN])
        what = (
            "the rows make different requirements of this, and all HITs of a load have the same; "
            f"load them as surveys of their own: of {of.name}, {sets}"
        )
        first = next(entry.line for entry in self._entries if self._differs(entry))
        raise FileError(Problem(self._path, first, what))

    def _differs(self, entry: Entry) -> bool:
        return requirements.concerns(entry.key) and entry.key in self._templates


def _compile(entries: Sequence[Entry], columns: Collection[str], path: Path) -> dict[str, Template]:
    """Return a template for each entry that a row may change."""
    templates: dict[str, Template] = {}
    problems: list[Problem] = []
    for line, key, value in entries:
        if not properties.varies(value):
            continue
        try:
            templates[key] = merge.compile_template(value, columns, path, first_line=line, write=merge.plain)
        except FileError as error:
            problems += error.problems
    if problems:
        raise FileError(*problems)
    return templates


def _told(lines: Sequence[int]) -> str:
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return f"line {', '.join(map(str, lines[:_SHOWN]))}{more}"


# The question file of a survey: a document, or a layout of the web site, which is made into one.
#
# In a layout cells go in as they are, markup and all, as Amazon's web site did it: its
# requesters kept tables, pictures and whole fields in their rows. In a document they are text.


LAYOUTS: Final = (".html", ".htm")


@dataclass(frozen=True)
class QuestionTemplate:
    """What a question file says; with `is_layout` it is the page of an HTMLQuestion."""

    source: Source
    is_layout: bool

    def compiled(self, columns: Collection[str]) -> Filling:
        """Make a program of it; raise FileError as `merge.compile_template` does."""
        write = merge.plain if self.is_layout else merge.xml
        template = merge.compile_template(self.source.text, columns, self.source.path, write=write)
        return Filling(template, self.is_layout, (*self.source.notes, *template.notes))


@dataclass(frozen=True)
class Filling:
    """A question compiled once, to be filled with many rows; `notes` are what to say about it."""

    template: Template
    is_layout: bool
    notes: tuple[Problem, ...]

    def fill(self, cells: Mapping[str, str]) -> str:
        """Return the document with a row's cells in it; raise FileError as `Template.fill` does.

        A layout becomes a document last of all: what ends a CDATA section may come out of a cell, or out
        of a cell and the text beside it.
        """
        from mturk_tasks.markup import layout

        filled = self.template.fill(cells)
        return layout.html_question(filled) if self.is_layout else filled


def read(path: Path) -> QuestionTemplate:
    """Return the question of a file; each line of a layout keeps its number.

    Raise FileError for a file that cannot be read.
    """
    from mturk_tasks.markup import layout

    if path.suffix.lower() not in LAYOUTS:
        return QuestionTemplate(text.read_document(path), is_layout=False)
    source = text.read(path)
    if layout.is_document(source.text):
        return QuestionTemplate(text.read_document(path), is_layout=False)
    return QuestionTemplate(replace(source, text=layout.page_of(source.text)), is_layout=True)
