"""Make one label of all answers to each row, and write them as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mturk_tasks.analysis import labels
from mturk_tasks.analysis.agreement import joined
from mturk_tasks.analysis.labels import Label, Votes
from mturk_tasks.analysis.questions import Question
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys import answered
from mturk_tasks.commands.surveys.answered import AnsweredSet
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import UsageError
from mturk_tasks.files import table
from mturk_tasks.lib import disk
from mturk_tasks.vocabulary.statuses import REJECTED

VOTE: Final = "vote"
DAWID_SKENE: Final = "dawid-skene"
METHODS: Final = (VOTE, DAWID_SKENE)
CROWD_KIT: Final = "crowd-kit"

_HEADER: Final = ("row", "hit", "question", "label", "certainty", "n", "tie")
_VOTES_HEADER: Final = ("task", "worker", "label", "question")
_WAYS: Final = {VOTE: labels.vote, DAWID_SKENE: labels.dawid_skene}


def run(context: CommandContext, label: str = "", *, method: str = "", to: str = "") -> Summary:
    """Write LABEL.labels.csv; or, `to` crowd-kit, the table of answers that it reads.

    Rejected answers count for nothing. Raise UsageError where no question of the survey compares.
    """
    if to and method:
        raise UsageError("--method and --for exclude each other: crowd-kit has methods of its own")
    own = answered.read(context, label)
    if not own.compared:
        raise UsageError(
            "no question of this survey has choices that could be compared; name those that are meant in "
            "the properties, as in agreement: colour"
        )
    for note in own.notes:
        context.console.note(f"note: {note}")
    if to:
        return _write_votes(context, own)
    return _write_labels(context, own, method or VOTE)


def votes_on(own: AnsweredSet, question: Question) -> Votes:
    """Return of each HIT who answered what to a question; rejected work is left out."""
    votes: dict[str, list[tuple[str, str]]] = {}
    for response in own.responses:
        if question.name in response.answers and response.status != REJECTED:
            value = joined(response.answers[question.name])
            votes.setdefault(response.hit_id, []).append((response.worker_id, value))
    return votes


def label_all(own: AnsweredSet, method: str) -> list[tuple[str, Question, Label]]:
    """Return each label with its HIT and question, in the order of the rows."""
    found = [
        (hit_id, question, label)
        for question in own.compared
        for hit_id, label in _WAYS[method](votes_on(own, question)).items()
    ]
    order = {hit_id: place for place, hit_id in enumerate(own.wanted)}
    return sorted(found, key=lambda item: order[item[0]])


def rows_of(own: AnsweredSet, found: Iterable[tuple[str, Question, Label]]) -> list[tuple[str, ...]]:
    """Return the labels as rows of a table; ties are named, and have no label."""
    return [
        (
            str(own.items[hit_id].row or "") if hit_id in own.items else "",
            hit_id,
            question.name,
            label.value,
            f"{label.certainty:.4f}",
            str(label.n),
            "|".join(label.tied),
        )
        for hit_id, question, label in found
    ]


def _write_labels(context: CommandContext, own: AnsweredSet, method: str) -> Summary:
    found = label_all(own, method)
    ties = sum(bool(label.tied) for _, _, label in found)
    path = own.files.labels
    lines = [f"{count(len(found), 'label')} by {method} of {count(len(own.responses), 'answer')}."]
    lines += [f"{count(ties, 'tie')} without a label; the values stand under tie."] if ties else []
    if context.dry:
        return Summary.of_dry_run(f"{path} would be written.", *lines, labels=len(found), ties=ties)
    disk.write(path, table.format_quoted(_HEADER, rows_of(own, found), table.COMMA))
    lines.append(f"They are in {path}.")
    return Summary(tuple(lines), {"labels": len(found), "ties": ties}, files=(path,))


def _write_votes(context: CommandContext, own: AnsweredSet) -> Summary:
    rows = [
        (hit_id, worker, value, question.name)
        for question in own.compared
        for hit_id, given in votes_on(own, question).items()
        for worker, value in given
    ]
    path = own.files.votes
    if context.dry:
        return Summary.of_dry_run(f"{path} would be written.", votes=len(rows))
    disk.write(path, table.format_quoted(_VOTES_HEADER, rows, table.COMMA), private=True)
    read = 'df[df.question == "…"] of pandas.read_csv is what its fit takes'
    return Summary(
        (f"{count(len(rows), 'answer')} for crowd-kit in {path}; {read}.",),
        {"votes": len(rows)},
        files=(path,),
    )
