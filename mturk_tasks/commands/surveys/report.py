"""Write a page about the answers of a set: what they are, how far they agree, what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from mturk_tasks.analysis import report as analysis
from mturk_tasks.analysis.report import Background, Funnel, Recruited, Report
from mturk_tasks.client import studies
from mturk_tasks.commands import batches, journal, origins, recruited
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry
from mturk_tasks.commands.surveys import answered
from mturk_tasks.commands.surveys.answered import AnsweredSet
from mturk_tasks.commands.surveys.bonus import BONUS
from mturk_tasks.console.report import figures, page, paper
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import FileError, MTurkTasksError, Problem, UsageError
from mturk_tasks.lib import disk

_COMMANDS_SHOWN = 12


@dataclass(frozen=True)
class ReportRequest:
    """What is asked for: of which results file, with which other set beside it, as a page or as text.

    With `ids` workers are named by their IDs. `text` writes paragraphs for a paper instead of the page, in
    Markdown or, with `latex`, in LaTeX.
    """

    label: str = ""
    resultsfile: Path | None = None
    against: str = ""
    ids: bool = False
    text: bool = False
    latex: bool = False


def run(context: CommandContext, request: ReportRequest) -> Summary:
    """Write LABEL.report.html beside the results; return its figures.

    Raise FileError where there are no results, or where a file that is no report stands in the way.
    """
    if request.ids and (request.text or request.latex):
        raise UsageError("--ids and --text exclude each other: a paper names nobody")
    own = answered.read(context, request.label, request.resultsfile)
    made = _report(context, own)
    other = None
    if request.against:
        beside = answered.read(context, request.against)
        other = _report(context, beside)
    data = {"report": figures.document(made, ids=request.ids)}
    data |= {"against": figures.document(other, ids=request.ids)} if other else {}
    if request.text or request.latex:
        return Summary((paper.write(made, latex=request.latex),), data=data)
    path = own.files.report
    _refuse_another_file(path)
    lines = figures.lines(made)
    if context.dry:
        return Summary.of_dry_run(f"{path} would be written.", *lines, answers=made.answers)
    cells = {item.hit_id: item.item.cells for item in made.items}
    documents = answered.documents(context, cells)
    disk.write(path, page.write(made, other, documents, ids=request.ids), private=True)
    return Summary(
        (*lines, f"The report is in {path}."),
        {"answers": made.answers, "workers": made.workers, "hits": made.hits},
        files=(path,),
        data=data,
    )


def _refuse_another_file(path: Path) -> None:
    try:
        begins = path.read_bytes()[:1000].decode(errors="replace") if path.is_file() else page.MARK
    except OSError as error:
        raise disk.unwritable(path, error) from error
    if page.MARK not in begins:
        raise FileError(Problem(path, None, "is there and is no report; move it away"))


def _report(context: CommandContext, own: AnsweredSet) -> Report:
    funnel, notes = _funnel(context, own)
    background = Background(
        title=own.title,
        label=own.files.label,
        wanted=own.wanted,
        items=own.items,
        bonuses=_bonuses(own),
        hourly_goal=own.evaluation.hourly,
        funnel=funnel,
        recruited=_recruited(context, own),
        compared=tuple(question.name for question in own.compared),
        right=own.right,
        thresholds=own.material(context.settings.quality).thresholds,
        provenance=_provenance(own),
        notes=(*own.notes, *notes),
    )
    return analysis.build(own.responses, own.questions, background)


def _bonuses(own: AnsweredSet) -> dict[str, Decimal]:
    """Return the bonuses that the journal says were paid, by assignment."""
    paid: dict[str, Decimal] = {}
    for entry in journal.done_intents(own.entries, BONUS):
        paid[entry["assignment"]] = paid.get(entry["assignment"], Decimal(0)) + Decimal(entry["amount"])
    return paid


def _funnel(context: CommandContext, own: AnsweredSet) -> tuple[Funnel | None, list[str]]:
    """Return what only the marketplace knows; where it cannot be asked there is none, and a note."""
    if not origins.header(own.entries):
        return None, ["Returned and abandoned work is not known: no journal says which marketplace knows it."]
    try:
        if not origins.is_here(context, own.entries):
            return None, ["Returned and abandoned work is not known: the set is of another marketplace."]
        hit_ids = batches.of_journal(own.files, own.entries).hit_ids
        work, _ = batches.fetch_states(context, hit_ids)
    except MTurkTasksError as error:
        return None, [f"Returned and abandoned work is not known: {error}"]
    states = [item.state for item in work if item.state is not None]
    if not states or any(state.returned is None for state in states):
        return None, ["Returned and abandoned work is not known: this marketplace does not tell."]
    returned, abandoned, late = (
        sum(getattr(state, name) for state in states) for name in ("returned", "abandoned", "late")
    )
    return Funnel(returned, abandoned, late), []


def _recruited(context: CommandContext, own: AnsweredSet) -> Recruited | None:
    """Return how far the participants of the set's study came, None without one, or where it is not told."""
    try:
        if not own.entries or not origins.is_here(context, own.entries):
            return None
        study = recruited.find_study(context, batches.of_journal(own.files, own.entries))
        people = studies.participants(context.client, study.study_id) if study else []
    except MTurkTasksError:  # the note about returned work says why
        return None
    if study is None:
        return None
    agreed = sum(person.consented is not None for person in people) if study.consent_digest else None
    return Recruited(study.source, study.participants, agreed, study.finished)


def _provenance(own: AnsweredSet) -> tuple[tuple[str, str], ...]:
    """Return which files, marketplace, commit and commands the set came from."""
    rows = [("results", own.files.results.name)]
    first = origins.header(own.entries)
    if first is None:
        return (*rows, ("journal", "none: the set is not of this tool"))
    rows.append(("marketplace", f"{first['environment']}, {first['endpoint']}"))
    loads = journal.matching(own.entries, event="load")
    for load in loads[-1:]:
        rows.append(("loaded", f"{load['time']}, {origins.at_commit(load)}, with mturk-tasks {load['tool']}"))
        rows += [(f"sha256 of {name}", digest) for name, digest in load.get("digests", {}).items()]
    return (*rows, *_commands(own.entries))


def _commands(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    commands = journal.matching(entries, event="command")
    shown = [
        (entry["command"], f"{entry['time']}, {origins.at_commit(entry)}")
        for entry in commands[-_COMMANDS_SHOWN:]
    ]
    left = len(commands) - len(shown)
    return [*([("before", f"{count(left, 'command')} more")] if left else []), *shown]
