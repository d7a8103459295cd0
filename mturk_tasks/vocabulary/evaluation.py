"""The properties that say how answers are looked at once they are there: pay, gold, agreement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from mturk_tasks.errors import Problem
from mturk_tasks.lib.money import parse_usd
from mturk_tasks.vocabulary import entries as reading
from mturk_tasks.vocabulary.entries import Entry, Key, whole

GOLD: Final = "gold"
_GOLD_PAIR: Final = re.compile(r"\s*([^=,\s][^=,]*?)\s*=\s*\$\{([^{}$]+)\}\s*")
_GOLD_EXAMPLE: Final = "gold: colour=${right}"


class GoldColumn(NamedTuple):
    """A question whose right answer stands in a column of the input."""

    question: str
    column: str


class Plurality(NamedTuple):
    """Which questions the marketplace compares, and up to how many answers it asks for without agreement.

    `bar` is a percentage; API: the review policy SimplePlurality.
    """

    questions: tuple[str, ...]
    bar: int
    most: int


@dataclass(frozen=True)
class EvaluationProperties:
    """What the properties say of it; `hourly` is dollars, the others but `most` are percentages.

    `agreement` names the questions that are compared, all where it names none; a label needs more than
    `bar` percent of the answers. `most` is up to how many answers a HIT without agreement is offered on.
    """

    hourly: Decimal | None = None
    gold: tuple[GoldColumn, ...] = ()
    gold_line: int = 0
    warn_below: int = 60
    agreement: tuple[str, ...] = ()
    agreement_line: int = 0
    bar: int = 50
    most: int | None = None
    most_line: int = 0

    @property
    def names_questions(self) -> bool:
        """Say whether questions are named."""
        return bool(self.gold or self.agreement)


def _gold(text: str) -> tuple[GoldColumn, ...]:
    columns = []
    for part in text.split(","):
        pair = _GOLD_PAIR.fullmatch(part)
        if not pair:
            raise ValueError(f"{part.strip()!r} names no question and column; write {_GOLD_EXAMPLE}")
        columns.append(GoldColumn(pair[1], pair[2].strip()))
    return tuple(columns)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


_KEYS: Final = {
    "hourly": Key(parse_usd),
    GOLD: Key(_gold, default=()),
    "gold.warn-below": Key(whole(0, 100, "percent"), default=60),
    "agreement": Key(_names, default=()),
    "agreement.bar": Key(whole(1, 99, "percent"), default=50),
    "agreement.most": Key(whole(2, 100, "answers")),
}


def concerns(key: str) -> bool:
    """Say whether a key is one of these."""
    return key in _KEYS


def read(found: Mapping[str, Entry], path: Path) -> tuple[EvaluationProperties, list[Problem]]:
    """Return what the entries say, and what does not fit."""
    values, problems = reading.values(found, _KEYS, path)
    return EvaluationProperties(
        hourly=values.get("hourly"),
        gold=values.get(GOLD, ()),
        gold_line=found[GOLD].line if GOLD in found else 0,
        warn_below=values.get("gold.warn-below", 60),
        agreement=values.get("agreement", ()),
        agreement_line=found["agreement"].line if "agreement" in found else 0,
        bar=values.get("agreement.bar", 50),
        most=values.get("agreement.most"),
        most_line=found["agreement.most"].line if "agreement.most" in found else 0,
    ), problems


@dataclass(frozen=True)
class Thresholds:
    """From when on a hint is given.

    `fast` is a percentage of the median time; `alike` is how many assignments of a worker have the same
    choice, at least; `copied` is how many characters a text has, at least; `gold` is the percentage of right
    gold answers below which a worker is named.
    """

    fast: int = 33
    alike: int = 5
    copied: int = 20
    gold: int = 60
