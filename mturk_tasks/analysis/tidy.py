"""The answers as tidy data: a record for each value that was given to a question in an assignment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from mturk_tasks.analysis.responses import Item, Response

if TYPE_CHECKING:
    import pandas
    import pyarrow


@dataclass(frozen=True)
class Answer:
    """One value: of which row and HIT, whose, when and for how much, to which question.

    `row` is the number of the input row, `seconds` how long the assignment took; None where it is not
    known. Several selections are several answers. `reward` is dollars. Of who came to a study, the last four
    say from where: the source, and the ID, study and session there.
    """

    row: int | None
    hit: str
    assignment: str
    worker: str
    status: str
    accepted: datetime | None
    submitted: datetime | None
    seconds: float | None
    reward: Decimal
    question: str
    value: str
    source: str | None = None
    participant: str | None = None
    study: str | None = None
    session: str | None = None


NAMES: Final = tuple(field.name for field in fields(Answer))


_OF_STUDY: Final = ("source", "participant", "study", "session")


class Answers(list[Answer]):
    """The answers of a set, in the order of its results file."""

    def to_pandas(self) -> pandas.DataFrame:
        """Return them as a data frame, the reward as a float; ImportError where pandas is not installed."""
        from pandas import DataFrame, to_datetime

        frame = DataFrame([vars(answer) for answer in self], columns=list(NAMES))
        for name in ("accepted", "submitted"):
            frame[name] = to_datetime(frame[name], utc=True)
        frame["reward"] = frame["reward"].astype(float)
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """Return them as a table of Arrow; ImportError where pyarrow is not installed."""
        import pyarrow

        moment = pyarrow.timestamp("us", tz="UTC")
        types = {
            "row": pyarrow.int64(),
            "accepted": moment,
            "submitted": moment,
            "seconds": pyarrow.float64(),
            "reward": pyarrow.decimal128(12, 2),
        }
        columns = {
            name: pyarrow.array([getattr(answer, name) for answer in self], types.get(name, pyarrow.string()))
            for name in NAMES
        }
        return pyarrow.table(columns)

    def cells(self) -> Iterator[tuple[str | None, ...]]:
        """Yield each as cells of a table, times in ISO 8601; None stands where nothing is known."""
        for answer in self:
            yield tuple(_cell(getattr(answer, name)) for name in NAMES)


def answers(
    responses: Iterable[Response], items: Mapping[str, Item], origins: Mapping[str, Sequence[str]]
) -> Answers:
    """Return every value of every answer; `origins` says of workers where they came from, in four texts."""
    return Answers(
        Answer(
            row=items[response.hit_id].row if response.hit_id in items else None,
            hit=response.hit_id,
            assignment=response.assignment_id,
            worker=response.worker_id,
            status=response.status,
            accepted=response.accepted,
            submitted=response.submitted,
            seconds=response.seconds,
            reward=response.reward,
            question=question,
            value=value,
            **dict(zip(_OF_STUDY, origins.get(response.worker_id, ()), strict=False)),
        )
        for response in responses
        for question, values in response.answers.items()
        for value in values
    )


def _cell(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return f"{value:g}" if isinstance(value, float) else str(value)
