"""Review policies as requests write them: what there is to set, within which bounds.

The reference gives the scores of policies of assignments a range from 0 to 101, so that one end
means always and the other never; those of policies of HITs are held to the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mturk_tasks.marketplace.protocol import faults, limits
from mturk_tasks.markup.answers import SEPARATOR, Answer, parse

# What a worker replied to a HIT, as review policies compare it: a set of values for each
# question.
#
# Blanks around a value do not count; its case and punctuation do. Several values of one text
# stand with `|` between them, as forms of HTML send them, and compare as a set.


LONGEST: Final = 256  # characters of an answer that policies of HITs look at

Values = frozenset[str]
Reply = Mapping[str, Values]

NOTHING: Final[Values] = frozenset()


def as_values(texts: Iterable[str]) -> Values:
    """Return the values in these texts; a blank one is none."""
    parts = (part.strip() for text in texts for part in text.split(SEPARATOR))
    return frozenset(part for part in parts if part)


def as_text(values: Values) -> str:
    """Return the values as one text, the same for equal sets."""
    return SEPARATOR.join(sorted(values))


def read_reply(document: str | None) -> Reply:
    """Return the values of every question in a document of answers."""
    return _gather(parse(document))


def read_short(document: str | None) -> tuple[Reply, frozenset[str]]:
    """Return the values of every question, and the questions whose answer is too long to be looked at."""
    answers = parse(document)
    long = frozenset(answer.question for answer in answers if len(answer.flat.strip()) > LONGEST)
    return _gather(answer for answer in answers if answer.question not in long), long


def _gather(answers: Iterable[Answer]) -> Reply:
    gathered: dict[str, Values] = {}
    for answer in answers:
        gathered[answer.question] = gathered.get(answer.question, NOTHING) | as_values(answer.values)
    return gathered


ASSIGNMENT_LEVEL: Final = "Assignment"
HIT_LEVEL: Final = "HIT"
LEVELS: Final = (ASSIGNMENT_LEVEL, HIT_LEVEL)
APPROVE: Final = "approve"
REJECT: Final = "reject"

_KNOWN_ANSWERS: Final = "ScoreMyKnownAnswers/2011-09-01"
_PLURALITY: Final = "SimplePlurality/2011-09-01"
_SCORE: Final = (0, 101)
_PERCENT: Final = (1, 100)
_KNOWN_MAXIMUM: Final = (2, 25)
_MAXIMUM: Final = (1, limits.MOST_ASSIGNMENTS)
_DEFAULT_MAXIMUM: Final = 5
_NUMBER: Final = re.compile("-?[0-9]{1,18}", re.ASCII)
_TRUTH: Final = {"t": True, "true": True, "f": False, "false": False}
_OTHER_SPELLINGS: Final = {"QuestionIDs": "QuestionIds"}  # the one of the reference's example
_KNOWN_KEYS: Final = frozenset({
    "AnswerKey", "ApproveIfKnownAnswerScoreIsAtLeast", "ApproveReason", "RejectIfKnownAnswerScoreIsLessThan",
    "RejectReason", "ExtendIfKnownAnswerScoreIsLessThan", "ExtendMaximumAssignments",
    "ExtendMinimumTimeInSeconds",
})  # fmt: skip
_PLURALITY_KEYS: Final = frozenset({
    "QuestionIds", "QuestionAgreementThreshold", "DisregardAssignmentIfRejected",
    "DisregardAssignmentIfKnownAnswerScoreIsLessThan", "ExtendIfHITAgreementScoreIsLessThan",
    "ExtendMaximumAssignments", "ExtendMinimumTimeInSeconds", "ApproveIfWorkerAgreementScoreIsAtLeast",
    "RejectIfWorkerAgreementScoreIsLessThan", "RejectReason",
})  # fmt: skip


@dataclass(frozen=True)
class Judgement:
    """When an assignment is approved or rejected, and what its worker is told."""

    approve_at: int | None = None
    reject_below: int | None = None
    approve_reason: str | None = None
    reject_reason: str = ""

    def actions(self, score: int) -> list[str]:
        """Return what a score asks for; where bounds overlap it may be both, the approval first.

        The reference's text rejects what is equal or less, its name and its ends what is less.
        """
        approves = self.approve_at is not None and score >= self.approve_at
        rejects = self.reject_below is not None and score < self.reject_below
        return [APPROVE] * approves + [REJECT] * rejects


@dataclass(frozen=True)
class Extension:
    """Below which score a HIT grows by one assignment, up to how many, and for how much longer."""

    below: int
    maximum: int
    seconds: int


@dataclass(frozen=True)
class KnownAnswers:
    """The settings of ScoreMyKnownAnswers."""

    key: Mapping[str, Values]
    judgement: Judgement
    extension: Extension | None


@dataclass(frozen=True)
class Plurality:
    """The settings of SimplePlurality."""

    questions: Sequence[str]
    threshold: int
    disregards_rejected: bool
    disregards_below: int | None
    judgement: Judgement
    extension: Extension | None


@dataclass(frozen=True)
class Policies:
    """What policies a HIT has, with their names by level."""

    names: Mapping[str, str]
    of_assignments: KnownAnswers | None
    of_hit: Plurality | None


def write(parameters: Mapping[str, Any]) -> str | None:
    """Return the review policies of a request as they are kept, None for none.

    Raise ParameterValidationError for a policy that is unknown or of the other level, and for
    settings that are unknown, missing or out of range.
    """
    given = {level: parameters[_member(level)] for level in LEVELS if _member(level) in parameters}
    if not given:
        return None
    _read(given)
    return json.dumps(given)


def read(text: str | None) -> Policies:
    """Return the policies that `write` made a text of."""
    return _read(json.loads(text) if text else {})


def _member(level: str) -> str:
    return f"{level}ReviewPolicy"


def _read(given: Mapping[str, Any]) -> Policies:
    known, plurality = (given.get(level) for level in LEVELS)
    return Policies(
        names={level: policy["PolicyName"] for level, policy in given.items()},
        of_assignments=None if known is None else _known_answers(known),
        of_hit=None if plurality is None else _plurality(plurality),
    )


def _known_answers(policy: Mapping[str, Any]) -> KnownAnswers:
    settings = _settings(ASSIGNMENT_LEVEL, policy, _KNOWN_ANSWERS, _KNOWN_KEYS)
    judgement = Judgement(
        approve_at=settings.number("ApproveIfKnownAnswerScoreIsAtLeast", _SCORE),
        reject_below=settings.number("RejectIfKnownAnswerScoreIsLessThan", _SCORE),
        approve_reason=settings.reason("ApproveReason"),
        reject_reason=settings.reason("RejectReason") or "",
    )
    below = settings.number("ExtendIfKnownAnswerScoreIsLessThan", _SCORE)
    maximum = settings.number("ExtendMaximumAssignments", _KNOWN_MAXIMUM)
    seconds = settings.number("ExtendMinimumTimeInSeconds", limits.EXTENSION)
    extension = Extension(below, maximum or _DEFAULT_MAXIMUM, seconds or 0) if below is not None else None
    return KnownAnswers(settings.answer_key("AnswerKey"), judgement, extension)


def _plurality(policy: Mapping[str, Any]) -> Plurality:
    settings = _settings(HIT_LEVEL, policy, _PLURALITY, _PLURALITY_KEYS)
    judgement = Judgement(
        approve_at=settings.number("ApproveIfWorkerAgreementScoreIsAtLeast", _SCORE),
        reject_below=settings.number("RejectIfWorkerAgreementScoreIsLessThan", _SCORE),
        reject_reason=settings.reason("RejectReason") or "",
    )
    return Plurality(
        questions=settings.names("QuestionIds"),
        threshold=settings.needed_number("QuestionAgreementThreshold", _SCORE),
        disregards_rejected=settings.truth("DisregardAssignmentIfRejected"),
        disregards_below=settings.number("DisregardAssignmentIfKnownAnswerScoreIsLessThan", _SCORE),
        judgement=judgement,
        extension=_plurality_extension(settings),
    )


def _plurality_extension(settings: _Settings) -> Extension | None:
    """Return when the HIT grows; the other two settings are needed with the first, and checked without."""
    below = settings.number("ExtendIfHITAgreementScoreIsLessThan", _PERCENT)
    read = settings.number if below is None else settings.needed_number
    maximum = read("ExtendMaximumAssignments", _MAXIMUM)
    seconds = read("ExtendMinimumTimeInSeconds", limits.EXTENSION)
    if below is None or maximum is None or seconds is None:
        return None
    return Extension(below, maximum, seconds)


@dataclass(frozen=True)
class _Settings:
    """Read the parameters of one policy, each by its key."""

    level: str
    given: Mapping[str, Mapping[str, Any]]

    def text(self, key: str) -> str | None:
        if key not in self.given:
            return None
        values = self.given[key].get("Values", [])
        if len(values) != 1:
            raise self.refused(key, f"{key} takes exactly one value")
        value: str = values[0]
        return value

    def reason(self, key: str) -> str | None:
        text = self.text(key)
        limits.check_feedback(text, key)
        return text

    def number(self, key: str, bounds: tuple[int, int]) -> int | None:
        text = self.text(key)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text.strip()):
            raise faults.invalid_value(key, text, "It is no whole number.")
        limits.within(key, int(text), *bounds)
        return int(text)

    def needed_number(self, key: str, bounds: tuple[int, int]) -> int:
        number = self.number(key, bounds)
        if number is None:
            raise self.missing(key)
        return number

    def truth(self, key: str) -> bool:
        text = self.text(key)
        if text is None:
            raise self.missing(key)
        if text.strip().lower() not in _TRUTH:
            raise faults.invalid_value(key, text, "It is neither true nor false.")
        return _TRUTH[text.strip().lower()]

    def names(self, key: str) -> list[str]:
        """Return names, each given as a value of its own or with commas between them."""
        values = self.given.get(key, {}).get("Values", [])
        names = [name.strip() for value in values for name in value.split(",")]
        if not any(names):
            raise self.missing(key)
        return list(dict.fromkeys(name for name in names if name))

    def answer_key(self, key: str) -> dict[str, Values]:
        entries = self.given.get(key, {}).get("MapEntries", [])
        if not entries:
            raise self.missing(key)
        names = [entry.get("Key", "") for entry in entries]
        if not all(names) or len(set(names)) < len(names):
            raise self.refused(key, f"{key} names each question once")
        return {entry["Key"]: as_values(entry.get("Values", [])) for entry in entries}

    def missing(self, key: str) -> faults.ParameterValidationError:
        return self.refused(key, f"{key} is missing")

    def refused(self, key: str, text: str) -> faults.ParameterValidationError:
        said = f"{_member(self.level)}: {text}."
        return faults.ParameterValidationError(said, faults.INVALID_VALUE, Parameter=key)


def _settings(level: str, policy: Mapping[str, Any], name: str, keys: frozenset[str]) -> _Settings:
    """Return a policy's settings; raise ParameterValidationError for another policy or an unknown key."""
    if policy["PolicyName"] != name:
        only = f"The policy of this level is {name}."
        raise faults.invalid_value(f"{_member(level)}.PolicyName", policy["PolicyName"], only)
    named = list(_named(policy))
    settings = _Settings(level, dict(named))
    for key, _ in named:
        if key not in keys:
            raise settings.refused(key, f"{name} has no parameter {faults.cut(key)!r}")
    if len(settings.given) < len(named):
        raise settings.refused("Parameters", "a parameter is given twice")
    return settings


def _named(policy: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for parameter in policy.get("Parameters", []):
        key = parameter.get("Key", "")
        yield _OTHER_SPELLINGS.get(key, key), parameter
