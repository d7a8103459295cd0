"""Two paragraphs and a table about a set, for the methods section of a paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from mturk_tasks.analysis.report import QuestionReport, Report
from mturk_tasks.console.report.figures import NONE, alpha, dollars, duration, hundredths, percent
from mturk_tasks.console.summary import count
from mturk_tasks.lib.money import format_usd
from mturk_tasks.vocabulary.statuses import REJECTED

_HEADER: Final = ("Question", "Kind", "n", "Agreement", "Krippendorff's alpha")
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LATEX: Final = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}


def write(report: Report, *, latex: bool = False) -> str:
    """Return the text in Markdown or LaTeX; what workers and authors wrote is escaped."""
    escape = _latex if latex else _markdown
    paragraphs = [escape(_collection(report)), escape(_agreement(report))]
    table = _latex_table(report) if latex else _markdown_table(report)
    return "\n\n".join([*filter(None, paragraphs), table])


def _collection(report: Report) -> str:
    """Say who answered what, when, and for how much."""
    pay = report.pay
    wanted = f" of {report.wanted} wanted" if report.wanted > report.answers else ""
    when = ""
    if report.began and report.ended:
        days = sorted({f"{report.began:%Y-%m-%d}", f"{report.ended:%Y-%m-%d}"})
        when = f" on {days[0]}" if len(days) == 1 else f" from {days[0]} to {days[1]}"
    rejected = dict(report.statuses)[REJECTED]
    sentences = [
        f"{count(report.workers, 'worker')} gave {count(report.answers, 'answer')}{wanted} "
        f"to {count(report.hits, 'item')}{when} (UTC).",
        f"Half of the answers took {duration(report.seconds)} or less.",
        f"Rewards came to {format_usd(pay.paid + pay.to_pay)} and bonuses to {format_usd(pay.bonuses)}, "
        f"which is a median of {dollars(pay.hourly_median)} for an hour of work "
        f"(lowest quarter: {dollars(pay.hourly_low)}; n = {pay.hours}).",
        f"{count(rejected, 'answer was', 'answers were')} rejected.",
    ]
    if report.tests:
        sentences.append(f"{count(report.tests, 'answer')} by test workers are among them.")
    return " ".join(sentences)


def _agreement(report: Report) -> str:
    """Say how far workers agree on each question that compares."""
    sentences = []
    for asked in report.questions:
        measured = asked.agreement
        if asked.question.level is None:
            continue
        if not measured.pairs:
            sentences.append(f"On {asked.question.name!r} agreement cannot be computed: {measured.reason}.")
            continue
        equal = f"{percent(measured.percent)} of the pairs of answers to one item are equal"
        value = (
            f"Krippendorff's alpha is {hundredths(measured.alpha)} ({asked.question.level})"
            if measured.alpha is not None
            else f"Krippendorff's alpha cannot be computed: {measured.reason}"
        )
        sentences.append(f"{equal} on {asked.question.name!r} (n = {measured.units} items); {value}.")
    return " ".join(sentences)


def _row(asked: QuestionReport) -> tuple[str, ...]:
    measured = asked.agreement
    value = alpha(measured) if measured.alpha is not None else NONE
    return (asked.question.name, asked.question.kind, str(asked.n), percent(measured.percent), value)


def _markdown_table(report: Report) -> str:
    rows = [
        _HEADER,
        tuple("---" for _ in _HEADER),
        *(_escaped(asked, _markdown) for asked in report.questions),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _latex_table(report: Report) -> str:
    rows = [_HEADER, *(_escaped(asked, _latex) for asked in report.questions)]
    body = [f"{' & '.join(row)} \\\\" for row in rows]
    return "\n".join(
        [
            r"\begin{tabular}{llrrr}",
            r"\toprule",
            body[0],
            r"\midrule",
            *body[1:],
            r"\bottomrule",
            r"\end{tabular}",
        ]
    )


def _escaped(asked: QuestionReport, escape: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(map(escape, _row(asked)))


def _markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in " ".join(text.split()))
