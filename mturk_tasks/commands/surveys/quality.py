"""List the assignments worth a look, each with its reasons; nothing is decided by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from mturk_tasks.analysis import quality
from mturk_tasks.analysis.quality import Doubt
from mturk_tasks.analysis.responses import Response
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys import answered
from mturk_tasks.commands.surveys.answered import AnsweredSet
from mturk_tasks.console.summary import Summary, count, table
from mturk_tasks.errors import UsageError
from mturk_tasks.files import results
from mturk_tasks.files import table as tables
from mturk_tasks.files.results import Results, Row
from mturk_tasks.lib import disk
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.statuses import SUBMITTED

_HEADER: Final = ("row", columns.HIT_ID, columns.ASSIGNMENT_ID, columns.WORKER_ID, "status", "kind", "reason")
_SHOWN: Final = 15


def run(context: CommandContext, label: str = "", *, mark: bool = False) -> Summary:
    """Write LABEL.quality.csv; with `mark` put the reasons into the results file's marks as well.

    Only undecided work without a mark gets one. Raise UsageError where the file has no column for marks.
    """
    own = answered.read(context, label)
    for note in own.notes:
        context.console.note(f"note: {note}")
    doubts = quality.doubts(own.material(context.settings.quality))
    summary = _summary(own, doubts)
    path = own.files.quality
    if context.dry:
        return Summary.of_dry_run(f"{path} would be written.", *summary.lines)
    rows = [_row(own, doubt) for doubt in doubts]
    disk.write(path, tables.format_quoted(_HEADER, rows, tables.COMMA), private=True)
    lines = [*summary.lines, f"All reasons are in {path}."]
    counts = dict(summary.counts)
    if mark:
        counts["marked"] = _mark(own.file, doubts)
        where = own.files.results.name
        lines.append(
            f"{count(counts['marked'], 'assignment')} marked in {where}; look them over before inv review."
        )
    return replace(summary, lines=tuple(lines), counts=counts, files=(path,))


def remark(own: AnsweredSet, doubts: Sequence[Doubt]) -> str:
    """Say in one line what is worth a look among undecided work; nothing where there is none."""
    kinds = Counter(doubt.kind for doubt in doubts if doubt.response.status == SUBMITTED)
    told = ", ".join(f"{kind} ({times})" for kind, times in kinds.most_common())
    return f"Worth a look: {told}; {own.files.quality.name} of inv quality lists them." if kinds else ""


def _row(own: AnsweredSet, doubt: Doubt) -> tuple[str, ...]:
    response = doubt.response
    item = own.items.get(response.hit_id)
    row = str(item.row) if item and item.row else ""
    return (
        row,
        response.hit_id,
        response.assignment_id,
        response.worker_id,
        response.status,
        doubt.kind,
        doubt.text,
    )


def _summary(own: AnsweredSet, doubts: Sequence[Doubt]) -> Summary:
    kinds = Counter(doubt.kind for doubt in doubts)
    looked = {doubt.response.assignment_id: doubt.response for doubt in doubts}
    if not doubts:
        return Summary(
            (f"Nothing stands out among {count(len(own.responses), 'assignment')}.",), {"doubts": 0}
        )
    shown = [(doubt.response.assignment_id, doubt.kind, doubt.text) for doubt in doubts[:_SHOWN]]
    left = len(doubts) - len(shown)
    lines = [
        f"{len(looked)} of {count(len(own.responses), 'assignment')} worth a look: "
        + ", ".join(f"{kind} ({times})" for kind, times in kinds.most_common()),
        table(shown, ("assignment", "kind", "reason")),
        *([f"… and {count(left, 'more reason', 'more reasons')}."] if left else []),
        "A reason is a hint, no verdict: mturk handbook results says what each can and cannot tell.",
    ]
    items = [
        {"id": response.assignment_id, "status": response.status, "reason": _reasons(doubts, response)}
        for response in looked.values()
    ]
    return Summary(tuple(lines), {"doubts": len(doubts), "assignments": len(looked)}, tuple(items))


def _reasons(doubts: Sequence[Doubt], response: Response) -> str:
    own = response.assignment_id
    return "; ".join(doubt.text for doubt in doubts if doubt.response.assignment_id == own)


def _mark(file: Results, doubts: Sequence[Doubt]) -> int:
    """Put the reasons into the marks of undecided work that has none; return how many got some."""
    if not file.can_reject:
        raise UsageError(
            f"{file.path.name} has no column {columns.REJECT} for marks; fetch it with inv results"
        )
    reasons: dict[str, str] = {}
    for doubt in doubts:
        own = doubt.response.assignment_id
        if doubt.response.status == SUBMITTED:
            reasons[own] = f"{reasons[own]}; {doubt.text}" if own in reasons else doubt.text
    marked = 0
    rows: list[Row] = []
    for row in file.standing():
        reason = reasons.get(row[columns.ASSIGNMENT_ID] or "")
        if reason and not row.get(columns.REJECT):
            row = _marked(row, reason)
            marked += 1
        rows.append(row)
    if marked:
        names = [name for name in file.columns if name not in columns.RESULT]
        results.write(file.path, names, rows)
    return marked


def _marked(row: Row, reason: str) -> Mapping[str, str | None]:
    return {**row, columns.REJECT: "x", columns.FEEDBACK: row.get(columns.FEEDBACK) or reason}
