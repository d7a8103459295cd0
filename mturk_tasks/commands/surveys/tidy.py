"""Write the work on a survey as tidy data: a row for each value that was given to a question."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from pathlib import Path

from mturk_tasks.analysis.tidy import NAMES, Answers, answers
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.recruited import Origin
from mturk_tasks.commands.surveys import answered
from mturk_tasks.errors import UsageError
from mturk_tasks.files import table
from mturk_tasks.files.survey import PARQUET, TIDY
from mturk_tasks.lib import disk

_INSTALL = "parquet needs pyarrow; pip install 'mturk-tasks[parquet]'"


def read(
    context: CommandContext,
    label: str = "",
    resultsfile: Path | None = None,
    origins: Mapping[str, Origin] | None = None,
) -> Answers:
    """Return the answers in a results file; raise FileError where it cannot be read.

    Where workers came to a study, `origins` says from where.
    """
    own = answered.read(context, label, resultsfile)
    return answers(own.responses, own.items, origins or {})


def check(kinds: Collection[str]) -> None:
    """Raise UsageError where what writes one of the kinds is not installed."""
    if PARQUET not in kinds:
        return
    try:
        import pyarrow  # noqa: F401  # whether it is there
    except ImportError:
        raise UsageError(_INSTALL) from None


def write(
    context: CommandContext, resultsfile: Path, targets: dict[str, Path], origins: Mapping[str, Origin]
) -> None:
    """Write the answers of a results file to the target of each kind, for their owner alone."""
    found = read(context, resultsfile=resultsfile, origins=origins)
    for kind, path in targets.items():
        if kind == TIDY:
            disk.write(path, table.format_quoted(NAMES, found.cells(), table.COMMA), private=True)
        else:
            disk.write_bytes(path, _parquet(found), private=True)


def _parquet(found: Answers) -> bytes:
    from pyarrow import parquet

    whole = io.BytesIO()
    parquet.write_table(found.to_arrow(), whole)
    return whole.getvalue()
