"""The report as one page that works offline: no address in it is ever followed or fetched.

It is made of strangers' words. All of them are escaped, and the page's own policy lets nothing run or load
but the one style sheet and the one script in it, by their digests.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from mturk_tasks.analysis.report import Report
from mturk_tasks.console.report import figures
from mturk_tasks.markup.templates import environment

MARK: Final = '<meta name="generator" content="mturk-tasks report">'  # which pages may be written over

_HERE: Final = Path(__file__).parent


def write(report: Report, against: Report | None = None, *, ids: bool = False) -> str:
    """Return the page; with another set's report `against` it, with worker IDs where `ids` are asked for."""
    template = environment(_HERE).get_template("report.html.j2")
    return template.render(
        report=report,
        against=against,
        ids=ids,
        mark=MARK,
        style=_asset("report.css"),
        script=_asset("report.js"),
        policy=_policy(),
        figures=figures,
    )


def _policy() -> str:
    style, script = (_digest(_asset(name)) for name in ("report.css", "report.js"))
    return f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
