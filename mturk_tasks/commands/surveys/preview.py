"""Write a page that shows HITs as workers would see them (loadHITs -preview); nothing is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys.plan import Plan, PlannedHit, prepare
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import FileError, Problem, UsageError
from mturk_tasks.files.survey import Survey
from mturk_tasks.lib import disk
from mturk_tasks.lib.money import format_usd
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.frames import NOT_ACCEPTED, read_frame, with_parameters
from mturk_tasks.markup.templates import environment
from mturk_tasks.vocabulary.properties import HitProperties

# The page that shows HITs as a worker would see them, before any exists.


MARK: Final = '<meta name="generator" content="mturk-tasks preview">'  # which pages may be written over

_HERE: Final = Path(__file__).parent
_UNITS: Final = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True)
class Offer:
    """What a worker is told before the question; `reward` is written out, as `$0.05`."""

    title: str
    description: str
    keywords: tuple[str, ...]
    reward: str
    seconds_allotted: int

    @property
    def time_allotted(self) -> str:
        """Return the time for one assignment in words."""
        return span(self.seconds_allotted)


@dataclass(frozen=True)
class PreviewRow:
    """The question of one input row: as HTML, as a page of its own, or at an address.

    `html` is put in as it is; `height` is that of the frame in pixels, 0 for the window's.
    """

    number: int
    html: str = ""
    page: str = ""
    address: str = ""
    height: int = 0


def page(offer: Offer, rows: Sequence[PreviewRow], of: int, style: str) -> str:
    """Return the page that shows some rows `of` so many; `style` is the sheet of the questions."""
    return (
        environment(_HERE)
        .get_template("preview.html.j2")
        .render(offer=offer, rows=rows, of=of, style=style, own_style=_style(), mark=MARK)
    )


def span(seconds: int) -> str:
    """Write a span of time in its two largest units, as `1 hour 30 minutes`."""
    parts = []
    for length, unit in _UNITS:
        number, seconds = divmod(seconds, length)
        if number:
            parts.append(count(number, unit))
    return " ".join(parts[:2])


@cache
def _style() -> str:
    return (_HERE / "preview.css").read_text(encoding="utf-8")


FILE: Final = "preview.html"
_NO_HIT: Final = "HIT_ID_NOT_AVAILABLE"  # there is none yet


@dataclass(frozen=True)
class PreviewRequest:
    """What is to be seen: the row of that number from 1, or every row (the first `maxhits` of them).

    `survey` names the files where they are not those of the folder. `file` is where the page goes; None
    is `preview.html` beside the input.
    """

    survey: Survey | None = None
    file: Path | None = None
    row: int | None = None
    every: bool = False
    maxhits: int | None = None


def run(context: CommandContext, request: PreviewRequest) -> Summary:
    """Write the page.

    Raise FileError for anything wrong with the survey's files, or where a file that is no preview
    stands in the way; UsageError for a row that is not there.
    """
    plan = prepare(request.survey or context.survey)
    context.warn(plan.notes)
    chosen = _chosen(plan.hits, request)
    file = request.file or plan.survey.input.parent / FILE
    _refuse_another_file(file)
    _announce(context, plan, file)
    if context.dry:
        return Summary(
            (f"Dry run: {file} would show {count(len(chosen), 'HIT')}.",), {"planned": len(chosen)}
        )
    disk.write(file, _page(context, plan, chosen))
    said = f"{count(len(chosen), 'HIT')} can be seen in {file}; nothing was created."
    return Summary((said,), {"previewed": len(chosen)}, files=(file,))


def pass_over(context: CommandContext, request: PreviewRequest) -> None:
    """Say, where HITs are to be created, that nothing is previewed.

    Raise UsageError for what looks like a preview that was meant: creating every HIT instead costs money.
    The old program took a file for previews at any time.
    """
    if request.every or request.row is not None:
        raise UsageError("--row and --all choose what to preview; add --preview")
    if request.file:
        context.console.note(f"note: {request.file} is not written without --preview")


def _chosen(hits: Sequence[PlannedHit], request: PreviewRequest) -> Sequence[PlannedHit]:
    if request.every and request.row is not None:
        raise UsageError("--row and --all exclude each other")
    if request.every:
        return hits[: request.maxhits]
    row = request.row or 1
    if row > len(hits):
        raise UsageError(f"the input has {count(len(hits), 'row')}; there is no row {row} to preview")
    return hits[row - 1 : row]


def _refuse_another_file(file: Path) -> None:
    """Raise FileError where the page would be written over something else than a preview."""
    try:
        begins = file.read_bytes()[:1000].decode(errors="replace") if file.is_file() else MARK
    except OSError as error:
        raise disk.unwritable(file, error) from error
    if MARK not in begins:
        raise FileError(Problem(file, None, "is there and is no preview; name another file"))


def _announce(context: CommandContext, plan: Plan, file: Path) -> None:
    context.introduce(plan.survey)
    context.console.say(" Preview mode enabled")
    context.console.say(f" Preview file: {file}")
    context.console.say("--[Previewing HITs]----------")


def _page(context: CommandContext, plan: Plan, chosen: Sequence[PlannedHit]) -> str:
    from mturk_tasks.markup.rendering.form import style

    rows = [_row(hit, context.environment.site) for hit in chosen]
    return page(_offer(plan.properties), rows, len(plan.hits), style())


def _offer(properties: HitProperties) -> Offer:
    return Offer(
        title=properties.title,
        description=properties.description,
        keywords=tuple(word.strip() for word in properties.keywords.split(",") if word.strip()),
        reward=format_usd(properties.reward),
        seconds_allotted=properties.assignmentduration,
    )


def _row(hit: PlannedHit, site: str) -> PreviewRow:
    from mturk_tasks.markup.rendering.form import render

    number = hit.row.number
    if kind_of(hit.question) == "QuestionForm":
        return PreviewRow(number, html=render(hit.question, prefix=f"row{number}-"))
    frame = read_frame(hit.question)
    address = with_parameters(frame.address, _parameters(site)) if frame.address else ""
    return PreviewRow(number, page=frame.page, address=address, height=frame.height)


def _parameters(site: str) -> dict[str, str]:
    """Return what a page is told while the HIT is only looked at."""
    told = {"assignmentId": NOT_ACCEPTED, "hitId": _NO_HIT}
    return {**told, "turkSubmitTo": site} if site else told
