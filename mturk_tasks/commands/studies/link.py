"""Open a study over a set, and show the link by which participants come to it."""

from __future__ import annotations

from datetime import datetime, time, timezone
from pathlib import Path
from typing import Final

from mturk_tasks.client import studies
from mturk_tasks.client.studies import Study
from mturk_tasks.commands import batches, recruited
from mturk_tasks.commands.batches import Batch
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys.plan import read_properties
from mturk_tasks.console.summary import Summary, count, table
from mturk_tasks.errors import FileError, Problem, RecordsError, ServiceError, UsageError
from mturk_tasks.lib import disk, text
from mturk_tasks.markup.drawing import qr_code
from mturk_tasks.vocabulary.recruitment import SOURCES, Recruitment, Source

_TRY: Final = {"prolific": "0" * 24, "connect": "tryitmyself1", "sona": "1"}  # IDs of nobody, to try a link
_MENDS: Final = "recruit: prolific"


def run(context: CommandContext, label: str = "", *, qr: Path | None = None) -> Summary:
    """Open the study of a set, or show it if there is one; with `qr` its link is written as a QR code too.

    HITs that the set got meanwhile join it. Raise UsageError where the properties say of no source.
    """
    batch = batches.find(context, label)
    own = recruited.find_study(context, batch)
    terms = _terms(context)
    if context.dry:
        verb = "is open" if own else "would be opened"
        return Summary.of_dry_run(f"a study over {count(len(batch.hit_ids), 'HIT')} {verb}.")
    try:
        own = _joined(context, batch, own) if own else _opened(context, batch, terms)
    except ServiceError as error:
        if "UnknownOperation" in error.code:
            raise UsageError("this marketplace has no studies; they are this project's own") from error
        raise
    summary = _shown(context, own, terms)
    if qr is not None:
        if SOURCES[own.source].signed:
            raise UsageError("--qr draws one link for all; inv link --list draws one for each person")
        disk.write(qr, qr_code(summary.facts["address"]))
        return Summary(
            (*summary.lines, f"The QR code is in {qr}."), summary.counts, files=(qr,), facts=summary.facts
        )
    return summary


def switch(context: CommandContext, label: str = "", *, is_open: bool) -> Summary:
    """Open the study of a set again, or close it: nobody new comes in, who takes part goes on."""
    own = must_find(context, batches.find(context, label))
    if context.dry:
        return Summary.of_dry_run(f"the study would be {'opened' if is_open else 'closed'}.")
    own = studies.switch(context.client, own.study_id, is_open=is_open)
    return Summary((f"The study is {'open' if own.is_open else 'closed'}.",), _counts(own))


def must_find(context: CommandContext, batch: Batch) -> Study:
    """Return the study of a set; raise RecordsError where none was opened."""
    own = recruited.find_study(context, batch)
    if own is None:
        raise RecordsError(f"{batch.files.label} has no study; inv link opens one")
    return own


def address_of(context: CommandContext, own: Study) -> str:
    """Return a study's address on the site, without anything that says who comes."""
    site = context.site.address or "http://localhost:8017"
    return f"{site.rstrip('/')}/s/{own.study_id}"


def _terms(context: CommandContext) -> Recruitment:
    terms = read_properties(context.survey.properties)[0].recruitment
    if not terms.source:
        raise UsageError(
            f"the properties do not say where participants come from; add a line such as {_MENDS} "
            f"({', '.join(SOURCES)})"
        )
    return terms


def _opened(context: CommandContext, batch: Batch, terms: Recruitment) -> Study:
    if not batch.journaled:
        raise RecordsError(f"{batch.files.label} has no journal, which a study needs; load it with inv load")
    consent = _consent(context, terms)
    until = datetime.combine(terms.until, time.max, timezone.utc) if terms.until else None
    if until is not None and until < context.clock():
        problem = Problem(context.survey.properties, None, f"recruit.until: {terms.until} has passed")
        raise FileError(problem)
    with batches.open_journal(context, batch, "link") as actions:
        own = studies.create(context.client, batch.hit_ids, terms, until=until, consent=consent)
        opened = {"study_id": own.study_id, "consent": own.consent_digest}
        actions.journal.note(recruited.STUDY, **opened, time=batches.stamp(context.clock()))
    return own


def _joined(context: CommandContext, batch: Batch, own: Study) -> Study:
    if own.hits >= len(batch.hit_ids):
        return own
    return studies.add_hits(context.client, own.study_id, batch.hit_ids)


def _consent(context: CommandContext, terms: Recruitment) -> str | None:
    """Return the text of the folder's consent; raise FileError with the line of the properties without it."""
    if not terms.consent:
        return None
    path = context.folder / terms.consent
    if not path.is_file() or path.resolve().parent != context.folder.resolve():
        what = f"consent: {terms.consent!r} is no file of this folder; write it, as consent.md"
        raise FileError(Problem(context.survey.properties, terms.consent_line, what))
    return text.read(path).text


def _shown(context: CommandContext, own: Study, terms: Recruitment) -> Summary:
    source = SOURCES[own.source]
    address = address_of(context, own)
    asked, trial = _addresses(address, source)
    how = (
        [("links", "one for each person: inv link --list class.csv")]
        if source.signed
        else [("address to paste there", asked), ("try it yourself", trial)]
    )
    rows = [
        ("study", own.study_id),
        ("participants come from", own.source),
        *how,
        *([("choose there", source.there)] if source.there else []),
        ("code at the end", own.code),
        *([("sent back to", terms.back or source.back)] if terms.back or source.back else []),
        ("open", "yes" if own.is_open else "no; inv study --open"),
        ("participants", _numbers(own)),
    ]
    notes = [] if context.site.served and context.site.address else ["Serve it first: inv marketplace.serve"]
    facts = {"study": own.study_id, "address": asked, "code": own.code, "try": trial}
    return Summary((table(rows), *notes), _counts(own), facts=facts)


def _addresses(address: str, source: Source) -> tuple[str, str]:
    """Return a study's address as its source is told, and one to try it with."""
    if source.signed or not source.identifies:
        return address, address
    return f"{address}?{source.query()}", f"{address}?{source.parameters[0]}={_TRY[source.name]}"


def _numbers(own: Study) -> str:
    of = f" of {own.most}" if own.most else ""
    return f"{own.participants} came{of}, {own.working} working, {own.finished} finished"


def _counts(own: Study) -> dict[str, int]:
    return {"hits": own.hits, "participants": own.participants, "finished": own.finished}
