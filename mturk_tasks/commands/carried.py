"""What stands in a results file that is fetched anew and is not told anew: no row of it is dropped."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mturk_tasks.commands.work import Work
from mturk_tasks.errors import RecordsError
from mturk_tasks.files.dates import parse_date
from mturk_tasks.files.results import Results, Row
from mturk_tasks.vocabulary import columns

_MOMENTS = ("creationtime", columns.ACCEPT_TIME, columns.SUBMIT_TIME)


@dataclass
class Carried:
    """The rows that stay: of other HITs above and below these, and of these what is not told anew.

    `own` are the columns that the requester added, `notes` their cells by assignment, or by HIT where
    there is none.
    """

    above: list[Row] = field(default_factory=list)
    below: list[Row] = field(default_factory=list)
    of_hits: dict[str, list[Row]] = field(default_factory=dict)
    own: tuple[str, ...] = ()
    notes: dict[str, Row] = field(default_factory=dict)

    @property
    def others(self) -> tuple[int, int]:
        """Return how many rows of other HITs stay, and of how many HITs."""
        rows = [*self.above, *self.below]
        return len(rows), len({row[columns.HIT_ID] for row in rows})

    @property
    def done(self) -> list[Row]:
        """Return the rows of these HITs that hold work which is not told anew."""
        return [row for rows in self.of_hits.values() for row in rows if row.get(columns.ASSIGNMENT_ID)]

    @property
    def wanted(self) -> int:
        """Return how many assignments were asked for by the HITs whose work is not told anew."""
        return sum(_wanted(rows) for rows in self.of_hits.values())

    def times(self) -> Iterator[tuple[datetime | None, datetime | None, datetime | None]]:
        """Yield when the HIT of each such row was made, when its work was accepted and when submitted."""
        for row in self.done:
            created, accepted, submitted = (parse_date(row.get(name) or "") for name in _MOMENTS)
            yield created, accepted, submitted


def carry(before: Results | None, work: Sequence[Work], unseen: Collection[str], *, prefix: str) -> Carried:
    """Return what stays of an earlier file, beside the work that is told anew.

    `unseen` are HITs that could not be looked at; names of answer columns begin with `prefix`.
    """
    if before is None:
        return Carried()
    told = {one.assignment_id for item in work for one in item.assignments}
    live = {item.hit_id for item in work if item.hit is not None}
    asked = {*(item.hit_id for item in work), *unseen}
    carried = Carried(own=_own(before, prefix))
    others = carried.above
    for row in before.standing():
        hit_id, assignment_id = row[columns.HIT_ID] or "", row[columns.ASSIGNMENT_ID] or ""
        if hit_id in asked:
            others = carried.below
        if assignment_id in told or (hit_id in live and not assignment_id):
            carried.notes[assignment_id or hit_id] = {name: row[name] for name in carried.own}
        elif hit_id in asked:
            carried.of_hits.setdefault(hit_id, []).append(row)
        else:
            others.append(row)
    return carried


def refuse_other_layout(before: Results | None, carried: Carried, *, pairs: bool) -> None:
    """Raise RecordsError where rows that stay have their answers in the other layout."""
    stays = (*carried.above, *carried.below, *carried.done)
    done = any(row[columns.ASSIGNMENT_ID] for row in stays)
    if before and done and (columns.ANSWER_PAIRS in before.columns) != pairs:
        raise RecordsError(
            f"{before.path} holds work of deleted or other HITs in the other layout, and it cannot be "
            "fetched again; use the same layout, or another file"
        )


def _own(before: Results, prefix: str) -> tuple[str, ...]:
    """Return the columns that no fetch has written."""
    answers = {prefix, columns.ANSWER_PREFIX}
    fixed = {*columns.RESULT, columns.ANSWER_PAIRS}
    return tuple(name for name in before.columns if name not in fixed and not name.startswith(tuple(answers)))


def _wanted(rows: Sequence[Row]) -> int:
    """Return how many assignments a HIT asked for, at least as many as were done."""
    said = [int(row["assignments"] or 0) for row in rows if (row.get("assignments") or "").isdecimal()]
    return max([*said, sum(bool(row.get(columns.ASSIGNMENT_ID)) for row in rows)])
