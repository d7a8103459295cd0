"""The report as one page that works offline: no address in it is ever followed or fetched.

It is made of strangers' words. All of them are escaped, and the page's own policy lets nothing run or load
but the one style sheet and the one script in it, by their digests.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from mturk_tasks.analysis.report import Report
from mturk_tasks.console.report import figures
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.rendering import form
from mturk_tasks.markup.templates import environment

MARK: Final = '<meta name="generator" content="mturk-tasks report">'  # which pages may be written over

_HERE: Final = Path(__file__).parent


_NO_DOCUMENTS: Final[Mapping[str, str]] = {}
_LONGEST_FORM: Final = 5_000  # characters of its HTML; 25 forms leave the page below 300 kB


def write(
    report: Report,
    against: Report | None = None,
    documents: Mapping[str, str] = _NO_DOCUMENTS,
    *,
    ids: bool = False,
) -> str:
    """Return the page; with another set's report `against` it, with worker IDs where `ids` are asked for.

    `documents` are the questions of items by their HITs, of which the forms are shown.
    """
    template = environment(_HERE).get_template("report.html.j2")
    return template.render(
        report=report,
        against=against,
        forms=_forms(documents),
        ids=ids,
        mark=MARK,
        style=_asset("report.css"),
        script=_asset("report.js"),
        policy=_policy(),
        figures=figures,
    )


def _forms(documents: Mapping[str, str]) -> dict[str, str]:
    """Return the QuestionForms as HTML to read, without those too long to stand in a report."""
    template = environment(_HERE).get_template("form.html.j2")
    forms = {
        hit_id: template.render(blocks=form.blocks(document))
        for hit_id, document in documents.items()
        if kind_of(document) == "QuestionForm"
    }
    return {hit_id: shown for hit_id, shown in forms.items() if len(shown) <= _LONGEST_FORM}


def _policy() -> str:
    style, script = (_digest(_asset(name)) for name in ("report.css", "report.js"))
    return f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
