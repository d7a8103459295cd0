"""The question file of a survey: a document, or a layout of the web site, which is made into one.

In a layout cells go in as they are, markup and all, as Amazon's web site did it: its requesters kept
tables, pictures and whole fields in their rows. In a document they are text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mturk_tasks.errors import Problem
from mturk_tasks.files import merge, text
from mturk_tasks.files.merge import Template
from mturk_tasks.files.text import Source

LAYOUTS: Final = (".html", ".htm")


@dataclass(frozen=True)
class Question:
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


def read(path: Path) -> Question:
    """Return the question of a file; each line of a layout keeps its number.

    Raise FileError for a file that cannot be read.
    """
    from mturk_tasks.markup import layout

    if path.suffix.lower() not in LAYOUTS:
        return Question(text.read_document(path), is_layout=False)
    source = text.read(path)
    if layout.is_document(source.text):
        return Question(text.read_document(path), is_layout=False)
    return Question(replace(source, text=layout.page_of(source.text)), is_layout=True)
