"""All that a report says of one set, as values: figures, questions, items, workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from mturk_tasks.analysis import agreement, gold, quality
from mturk_tasks.analysis.agreement import Agreement
from mturk_tasks.analysis.figures import Bin, histogram, hourly, middle, quantile, timeline
from mturk_tasks.analysis.gold import RightAnswers, Score
from mturk_tasks.analysis.quality import Doubt, Material
from mturk_tasks.analysis.questions import FILE, NUMBER, RATING, TEXT, Question, number
from mturk_tasks.analysis.responses import Item, Response, by_hit, by_worker, pseudonyms
from mturk_tasks.vocabulary.evaluation import Thresholds
from mturk_tasks.vocabulary.statuses import APPROVED, REJECTED, SUBMITTED, is_test_worker

_MOST_ITEMS = 25
_MOST_BARS = 15
_EXAMPLES = 6
_LONGEST = 240  # characters of an example


@dataclass(frozen=True)
class Funnel:
    """What became of accepted assignments that were not simply submitted; the marketplace alone knows it."""

    returned: int
    abandoned: int
    late: int


@dataclass(frozen=True)
class Recruited:
    """How far those came who entered a study; `agreed` is None where nobody was asked to agree."""

    source: str
    entered: int
    agreed: int | None
    finished: int


@dataclass(frozen=True)
class Background:
    """What a report takes from elsewhere than the answers; what is not known is left empty.

    `wanted` is the number of assignments of each HIT; `bonuses` are dollars by assignment, `hourly_goal`
    dollars. `compared` names the questions whose agreement counts.
    `provenance` says what the set came from; `notes` what is missing.
    """

    title: str = ""
    label: str = ""
    wanted: Mapping[str, int] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    bonuses: Mapping[str, Decimal] = field(default_factory=dict)
    hourly_goal: Decimal | None = None
    funnel: Funnel | None = None
    recruited: Recruited | None = None
    compared: tuple[str, ...] = ()
    right: RightAnswers = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)
    provenance: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pay:
    """Dollars: rewards paid and still to pay, bonuses; and what an hour came to, median and lowest quarter.

    `hours` is how many responses tell their time.
    """

    paid: Decimal
    to_pay: Decimal
    bonuses: Decimal
    hourly_median: float | None
    hourly_low: float | None
    hours: int


@dataclass(frozen=True)
class Bar:
    """A value and how many answers have it; `percent` is of those who answered."""

    label: str
    count: int
    percent: float


@dataclass(frozen=True)
class QuestionReport:
    """How a question was answered, by its kind: bars, a histogram, or lengths and examples of texts."""

    question: Question
    n: int
    bars: tuple[Bar, ...]
    others: int
    bins: tuple[Bin, ...]
    mean: float | None
    median: float | None
    examples: tuple[str, ...]
    agreement: Agreement


@dataclass(frozen=True)
class Given:
    """What one worker answered to an item, by question."""

    worker: str
    answers: Mapping[str, str]


@dataclass(frozen=True)
class ItemReport:
    """An item and every answer to it; `differing` is the percentage of pairs of answers that differ."""

    hit_id: str
    item: Item
    differing: float
    given: tuple[Given, ...]


@dataclass(frozen=True)
class WorkerReport:
    """What one worker did; `agreement` is the percentage of pairs with others that are equal."""

    name: str
    worker_id: str
    n: int
    seconds: float | None
    hourly: float | None
    agreement: float | None
    score: Score | None
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What a report says, each part worst first."""

    background: Background
    answers: int
    wanted: int
    hits: int
    workers: int
    tests: int
    statuses: tuple[tuple[str, int], ...]
    seconds: float | None
    times: tuple[Bin, ...]
    began: datetime | None
    ended: datetime | None
    timeline: tuple[tuple[datetime, int], ...]
    pay: Pay
    questions: tuple[QuestionReport, ...]
    items: tuple[ItemReport, ...]
    differing_items: int
    people: tuple[WorkerReport, ...]
    doubts: tuple[Doubt, ...]


def build(responses: Sequence[Response], questions: Sequence[Question], background: Background) -> Report:
    """Return the report of the responses; answers must stand as the questions have them."""
    cells = {hit_id: item.cells for hit_id, item in background.items.items()}
    found = quality.doubts(Material(responses, questions, background.thresholds, background.right, cells))
    compared = [question for question in questions if question.name in background.compared]
    seconds = [response.seconds for response in responses if response.seconds is not None]
    moments = [response.submitted for response in responses if response.submitted is not None]
    names = pseudonyms(responses)
    items = _items(responses, questions, compared, background, names)
    statuses = Counter(response.status for response in responses)
    return Report(
        background=background,
        answers=len(responses),
        wanted=sum(background.wanted.values()),
        hits=len(background.wanted) or len(by_hit(responses)),
        workers=len(names),
        tests=sum(is_test_worker(response.worker_id) for response in responses),
        statuses=tuple((status, statuses[status]) for status in (SUBMITTED, APPROVED, REJECTED)),
        seconds=middle(seconds),
        times=tuple(histogram(seconds)),
        began=min(moments, default=None),
        ended=max(moments, default=None),
        timeline=tuple(timeline(moments)),
        pay=_pay(responses, background),
        questions=tuple(question_report(question, responses) for question in questions),
        items=tuple(items[:_MOST_ITEMS]),
        differing_items=len(items),
        people=tuple(_people(responses, compared, background, found, names)),
        doubts=tuple(found),
    )


def _pay(responses: Sequence[Response], background: Background) -> Pay:
    rates = [
        rate
        for response in responses
        if response.status != REJECTED
        and (rate := hourly(response.reward + _bonus(response, background), response.seconds)) is not None
    ]
    paid, to_pay = (
        sum((response.reward for response in responses if response.status == status), Decimal("0.00"))
        for status in (APPROVED, SUBMITTED)
    )
    bonuses = sum(background.bonuses.values(), Decimal("0.00"))
    return Pay(paid, to_pay, bonuses, middle(rates), quantile(rates, 0.25), len(rates))


def _bonus(response: Response, background: Background) -> Decimal:
    return background.bonuses.get(response.assignment_id, Decimal(0))


def question_report(question: Question, responses: Sequence[Response]) -> QuestionReport:
    """Return how a question was answered."""
    given = [response.answers[question.name] for response in responses if question.name in response.answers]
    values = [value for answer in given for value in answer]
    numbers = [read for value in values if (read := number(value)) is not None]
    lengths = [float(len(value)) for value in values]
    bars, others = _bars(question, values, len(given))
    return QuestionReport(
        question=question,
        n=len(given),
        bars=bars,
        others=others,
        bins=tuple(histogram({NUMBER: numbers, TEXT: lengths}.get(question.kind, []))),
        mean=sum(numbers) / len(numbers) if numbers and question.kind in (NUMBER, RATING) else None,
        median=middle(lengths if question.kind == TEXT else numbers),
        examples=_examples(values) if question.kind == TEXT else (),
        agreement=agreement.on_question(question, responses),
    )


def _bars(question: Question, values: Sequence[str], n: int) -> tuple[tuple[Bar, ...], int]:
    """Return a bar for each choice, those of the form in its order; and how many answers have none."""
    if question.kind in (NUMBER, TEXT, FILE):
        return (), 0
    counts = Counter(values)
    known = [choice for choice in question.choices if choice in counts or len(question.choices) <= _MOST_BARS]
    besides = [value for value, _ in counts.most_common() if value not in question.choices]
    shown = [*known, *besides][:_MOST_BARS]
    bars = tuple(
        Bar(_shortened(question.label(value)), counts[value], 100 * counts[value] / n if n else 0.0)
        for value in shown
    )
    return bars, sum(counts.values()) - sum(bar.count for bar in bars)


def _examples(values: Sequence[str]) -> tuple[str, ...]:
    """Return some different texts, from the shortest to the longest."""
    different = sorted(dict.fromkeys(values), key=len)
    if len(different) > _EXAMPLES:
        last = len(different) - 1
        different = [different[at * last // (_EXAMPLES - 1)] for at in range(_EXAMPLES)]
    return tuple(map(_shortened, different))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _items(
    responses: Sequence[Response],
    questions: Sequence[Question],
    compared: Sequence[Question],
    background: Background,
    names: Mapping[str, str],
) -> list[ItemReport]:
    """Return the items on which workers differ, those that most do first."""
    found = []
    for hit_id, own in by_hit(responses).items():
        units = [unit for question in compared for unit in agreement.units_of(question, own)]
        differing = 100 * agreement.disagreement(units)
        if differing:
            item = background.items.get(hit_id, Item(None))
            found.append(ItemReport(hit_id, item, differing, _given(own, questions, names)))
    return sorted(found, key=lambda item: (-item.differing, item.item.row or 0))


def _given(
    responses: Sequence[Response], questions: Sequence[Question], names: Mapping[str, str]
) -> tuple[Given, ...]:
    return tuple(
        Given(
            names[response.worker_id],
            {
                question.name: _shortened(", ".join(map(question.label, response.answers[question.name])))
                for question in questions
                if question.name in response.answers
            },
        )
        for response in responses
    )


def _people(
    responses: Sequence[Response],
    compared: Sequence[Question],
    background: Background,
    found: Sequence[Doubt],
    names: Mapping[str, str],
) -> list[WorkerReport]:
    """Return the workers, those with most doubts for their work first, then those who agree least."""
    flags = quality.flags_by_worker(found)
    doubted = Counter(
        response_id
        for response_id in {d.response.assignment_id: d.response.worker_id for d in found}.values()
    )
    agreeing = _agreement_by_worker(responses, compared)
    scores = gold.score_workers(responses, background.right)
    people = []
    for worker, own in by_worker(responses).items():
        seconds = [response.seconds for response in own if response.seconds is not None]
        pay = sum((response.reward + _bonus(response, background) for response in own), Decimal(0))
        people.append(
            WorkerReport(
                name=names[worker],
                worker_id=worker,
                n=len(own),
                seconds=middle(seconds),
                hourly=hourly(pay, sum(seconds)) if len(seconds) == len(own) else None,
                agreement=agreeing.get(worker),
                score=scores.get(worker),
                flags=flags.get(worker, ()),
            )
        )
    return sorted(
        people,
        key=lambda person: (
            -doubted[person.worker_id] / person.n,
            person.agreement if person.agreement is not None else 101.0,
            -person.n,
        ),
    )


def _agreement_by_worker(responses: Sequence[Response], compared: Sequence[Question]) -> dict[str, float]:
    """Return of each worker which percentage of pairs with others' answers to the same HIT are equal."""
    pairs: Counter[str] = Counter()
    equal: Counter[str] = Counter()
    for own in by_hit(responses).values():
        for question in compared:
            given = [
                (response.worker_id, agreement.joined(response.answers[question.name]))
                for response in own
                if question.name in response.answers
            ]
            counts = Counter(value for _, value in given)
            for worker, value in given:
                pairs[worker] += len(given) - 1
                equal[worker] += counts[value] - 1
    return {worker: 100 * equal[worker] / times for worker, times in pairs.items() if times}
