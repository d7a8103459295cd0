"""The HIT properties file as values: which keys there are, which are needed, what fits in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.lib.money import parse_usd
from mturk_tasks.vocabulary import entries as reading
from mturk_tasks.vocabulary import evaluation, participation, recruitment, requirements
from mturk_tasks.vocabulary.entries import LARGEST, Entry, Key, one_of, text, whole
from mturk_tasks.vocabulary.evaluation import EvaluationProperties
from mturk_tasks.vocabulary.participation import Participation
from mturk_tasks.vocabulary.recruitment import Recruitment
from mturk_tasks.vocabulary.requirements import QualificationRequirement
from mturk_tasks.vocabulary.statuses import ACTIVE, INACTIVE

# The properties that may differ from HIT to HIT, because each input row is merged into them.


YEAR: Final = 365 * 24 * 3600
KEYS: Final = {
    "assignments": Key(whole(1, 10**9, "assignments"), "assignments: 3"),
    "hitlifetime": Key(whole(30, YEAR, "seconds"), "hitlifetime: 259200"),
}


@dataclass(frozen=True)
class RowProperties:
    """What the merged entries say of one HIT; `hitlifetime` is seconds.

    The requirements belong to the HIT type, so that all HITs of a load must have the same.
    """

    assignments: int
    hitlifetime: int
    requirements: tuple[QualificationRequirement, ...] = ()


def concerns(key: str) -> bool:
    """Say whether a key is one of those that are merged, apart from the annotation."""
    return key in KEYS or requirements.concerns(key)


def varies(text: str) -> bool:
    """Say whether a row may change a text: it holds a reference or a directive."""
    return "$" in text or "#" in text


def read_row(entries: Sequence[Entry], path: Path) -> RowProperties:
    """Return what entries say once a row is merged into them; raise FileError with every mistake."""
    values, problems = reading.values({entry.key: entry for entry in entries}, KEYS, path)
    required, more = _requirements(entries, path)
    if problems or more:
        raise FileError(*problems, *more)
    return RowProperties(**values, requirements=required)


def problems_of(entries: Sequence[Entry], path: Path) -> list[Problem]:
    """Return what is wrong with entries whatever is merged into them."""
    by_key = {entry.key: entry for entry in entries}
    fixed = {name: key for name, key in KEYS.items() if not (name in by_key and varies(by_key[name].text))}
    _, problems = reading.values(by_key, fixed, path)
    about = [entry for entry in entries if requirements.concerns(entry.key)]
    if not any(varies(entry.text) for entry in about):
        problems += _requirements(about, path)[1]
    return problems


def _requirements(
    entries: Sequence[Entry], path: Path
) -> tuple[tuple[QualificationRequirement, ...], tuple[Problem, ...]]:
    """Return the requirements, or none of them and what is wrong."""
    try:
        return requirements.read([entry for entry in entries if requirements.concerns(entry.key)], path), ()
    except FileError as error:
        return (), error.problems


MONTH: Final = 30 * 24 * 3600
ANNOTATION_LIMIT: Final = 255
TO_DO: Final = "TODO"  # stands in a new folder for what only its author knows
TO_SAY: Final = ("title", "description", "keywords")  # what workers choose by
_ANNOTATION: Final = "annotation"


@dataclass(frozen=True)
class HitProperties:
    """What a properties file says: the first six describe the HIT type, the rest each HIT.

    Durations are seconds. `annotation` and `merged` are merged with each input row: the latter are
    the entries that `row_properties` makes values of once that is done. No service is told of `evaluation`.
    """

    title: str
    description: str
    keywords: str
    reward: Decimal
    assignmentduration: int
    autoapprovaldelay: int
    annotation: str
    annotation_line: int
    merged: tuple[Entry, ...]
    evaluation: EvaluationProperties = field(default_factory=EvaluationProperties)
    recruitment: Recruitment = field(default_factory=Recruitment)
    participation: Participation = field(default_factory=Participation)


_HIT_KEYS: Final = {
    "title": Key(text(128), "title: Choose the better picture"),
    "description": Key(text(2000), "description: Two pictures, one question"),
    "keywords": Key(text(1000), default=""),
    "reward": Key(parse_usd, "reward: 0.05"),
    "assignmentduration": Key(whole(30, YEAR, "seconds"), "assignmentduration: 3600"),
    "autoapprovaldelay": Key(whole(0, MONTH, "seconds"), "autoapprovaldelay: 259200"),
    _ANNOTATION: Key(str.strip, default=""),
}
HIT_REQUIRED: Final = tuple(name for name, key in {**_HIT_KEYS, **KEYS}.items() if key.example)


def read_hit(entries: Iterable[tuple[int, str, str]], path: Path) -> tuple[HitProperties, list[Problem]]:
    """Return the properties, and warnings about keys that are unknown or stand there twice.

    An entry is a line, a key and a text. Raise FileError with every mistake at once; what only a row
    can show to be one comes up when the row is merged.
    """
    found, warnings = reading.last(entries, _known, "a HIT", path)
    values, problems = reading.values(found, _HIT_KEYS, path)
    merged = tuple(entry for entry in found.values() if concerns(entry.key))
    problems += problems_of(merged, path)
    evaluated, more = evaluation.read(found, path)
    recruited, unfit = recruitment.read(found, path)
    taking_part, odd = participation.read(found, path)
    problems += [*more, *unfit, *odd]
    if taking_part.most is not None and taking_part.most < recruited.hits:
        what = f"perworker: a participant does recruit.hits: {recruited.hits}; write no less here"
        problems.append(Problem(path, taking_part.lines[participation.MOST], what))
    if problems:  # with what is odd as well: a misspelt key is why the right one is missing
        raise FileError(*sorted([*problems, *warnings], key=lambda problem: problem.line or 0))
    warnings += requirements.doubts([entry for entry in merged if requirements.concerns(entry.key)], path)
    line = found[_ANNOTATION].line if _ANNOTATION in found else 0
    read = HitProperties(
        **values,
        annotation_line=line,
        merged=merged,
        evaluation=evaluated,
        recruitment=recruited,
        participation=taking_part,
    )
    return read, warnings


def _known(key: str) -> bool:
    others = (evaluation.concerns, recruitment.concerns, participation.concerns)
    return key in _HIT_KEYS or concerns(key) or any(concerns_it(key) for concerns_it in others)


# The properties file of a qualification as values: which keys there are, and what fits in them.


RETRY_DELAY: Final = 259_200
TEST_DURATION: Final = 10_800


@dataclass(frozen=True)
class QualificationProperties:
    """What a properties file says of a qualification type, defaults filled in; durations are seconds.

    `given` are the keys that stand in the file. The test duration counts where there is a test, the
    granted value where the qualification is granted on request.
    """

    name: str
    description: str
    keywords: str
    retrydelayinseconds: int
    testdurationinseconds: int
    autogranted: bool
    autograntedvalue: int
    status: str
    given: frozenset[str]


def _flag(said: str) -> bool:
    return one_of("true", "false")(said) == "true"


_QUALIFICATION_KEYS: Final = {
    "name": Key(str.strip, "name: Knows garden birds"),
    "description": Key(text(2000), "description: Ten pictures, ten names"),
    "keywords": Key(text(1000), default=""),
    "retrydelayinseconds": Key(whole(0, LARGEST, "seconds"), default=RETRY_DELAY),
    "testdurationinseconds": Key(whole(1, LARGEST, "seconds"), default=TEST_DURATION),
    "autogranted": Key(_flag, default=False),
    "autograntedvalue": Key(whole(-LARGEST - 1, LARGEST), default=1),
    "status": Key(one_of(ACTIVE, INACTIVE), default=ACTIVE),
}
QUALIFICATION_REQUIRED: Final = tuple(name for name, key in _QUALIFICATION_KEYS.items() if key.example)


def read_qualification_type(
    entries: Iterable[tuple[int, str, str]], path: Path
) -> tuple[QualificationProperties, list[Problem]]:
    """Return the properties, and warnings about keys that are unknown, stand there twice or do nothing.

    An entry is a line, a key and a text. Raise FileError with every mistake at once.
    """
    found, warnings = reading.last(entries, lambda key: key in _QUALIFICATION_KEYS, "a qualification", path)
    values, problems = reading.values(found, _QUALIFICATION_KEYS, path)
    if problems:
        raise FileError(*problems)
    if found.get("autograntedvalue") and not values["autogranted"]:
        said = "autograntedvalue counts for nothing without autogranted: true"
        warnings.append(Problem(path, found["autograntedvalue"].line, said))
    given = frozenset(name for name, entry in found.items() if entry.text.strip())
    return QualificationProperties(**values, given=given), warnings
