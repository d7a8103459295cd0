"""Make a link for each person of a list, which lets in nobody else, and take one back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mturk_tasks.client import studies
from mturk_tasks.client.studies import PersonalLink
from mturk_tasks.commands import batches
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.studies import link
from mturk_tasks.commands.surveys.plan import read_properties
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import FileError, Problem, UsageError
from mturk_tasks.files import table
from mturk_tasks.files.table import Table
from mturk_tasks.lib import disk, text
from mturk_tasks.markup.drawing import qr_code
from mturk_tasks.markup.templates import environment
from mturk_tasks.vocabulary.recruitment import SOURCES

_ID: Final = "id"
_LINK: Final = "link"
_ENDS: Final = "ends"
_HERE: Final = Path(__file__).parent


def make(context: CommandContext, people: Path, label: str = "") -> Summary:
    """Write LABEL.links.csv, the list with a link in each row, and LABEL.links.html to print and cut up.

    Both let in whoever holds them: only their owner can read them, and git has rules to leave them out. Raise
    FileError, by line, for a list without a column `id`, and for IDs that cannot be any or stand there twice.
    """
    read = _read(people)
    batch = batches.find(context, label)
    own = link.must_find(context, batch)
    source = SOURCES[own.source]
    if not source.signed:
        raise UsageError(
            f"people come from {own.source} by one link for all; recruit: class has one for each"
        )
    _check(read, people)
    ids = [record[_ID] for record in _records(read)]
    files = (batch.files.links, batch.files.printed_links)
    said = f"{count(len(ids), 'link')} in {files[0]}, to print in {files[1]}"
    if context.dry:
        return Summary.of_dry_run(f"{said} would be written.", links=len(ids))
    address = f"{link.address_of(context, own)}?{source.parameters[0]}="
    made = studies.personal_links(context.client, own.study_id, ids)
    header = (*read.columns, _LINK, _ENDS)
    rows = [
        (*row.cells, f"{address}{one.token}", f"{one.ends:%Y-%m-%d}")
        for row, one in zip(read.rows, made, strict=True)
    ]
    disk.write(files[0], table.format_quoted(header, rows, table.COMMA), private=True)
    title = read_properties(context.survey.properties)[0].title
    disk.write(files[1], _page(title, address, made), private=True)
    return Summary(
        (f"{said}; whoever holds one is let in as that person.",), {"links": len(ids)}, files=files
    )


def revoke(context: CommandContext, external_id: str, label: str = "") -> Summary:
    """Take one person's link back, and send out who came by it; another `--list` makes a new one."""
    own = link.must_find(context, batches.find(context, label))
    if context.dry:
        return Summary.of_dry_run(f"the link of {external_id} would be taken back.")
    studies.revoke_link(context.client, own.study_id, external_id)
    return Summary((f"The link of {external_id} is good no more.",), {"links": 1})


def _read(path: Path) -> Table:
    read = table.parse_file(text.read(path).text, path, known={_ID})
    if read.column(_ID) is None:
        raise FileError(Problem(path, 1, f"has no column {_ID}; write a header such as {_ID},name"))
    return read


def _records(read: Table) -> list[dict[str, str]]:
    column = read.column(_ID) or _ID
    return [{_ID: record[column].strip()} for record in read.records()]


def _check(read: Table, path: Path) -> None:
    problems, lines = [], dict[str, int]()
    for row, record in zip(read.rows, _records(read), strict=True):
        own = record[_ID]
        if own in lines:
            problems.append(Problem(path, row.line, f"{own} stands in line {lines[own]} already"))
        elif not SOURCES["class"].accepts(own):
            what = f"{own!r} cannot be an ID; write 1 to 128 letters, digits and _ . @ + -"
            problems.append(Problem(path, row.line, what))
        lines.setdefault(own, row.line)
    if not read.rows:
        problems.append(Problem(path, None, "names nobody; each row below the header is one person"))
    if problems:
        raise FileError(*problems)


def _page(title: str, address: str, made: list[PersonalLink]) -> str:
    people = [(one.external_id, f"{address}{one.token}", qr_code(f"{address}{one.token}")) for one in made]
    return environment(_HERE).get_template("links.html.j2").render(title=title, people=people)
