"""The results of a survey for programs: what `mturk_tasks.read_results` returns."""

from __future__ import annotations

import os
from pathlib import Path

from mturk_tasks.analysis.tidy import Answers
from mturk_tasks.commands.surveys import tidy
from mturk_tasks.console.console import Console
from mturk_tasks.tasks.bootstrap import furnish
from mturk_tasks.vocabulary.environments import Configured, choose


def read_results(folder: str | os.PathLike[str], label: str = "") -> Answers:
    """Return the answers in the results file of a survey's folder, or in the results file that is named."""
    path = Path(folder)
    resultsfile = path if path.is_file() else None
    place = path.parent if resultsfile else path
    context = furnish(place, choose(Configured(sandbox=True)), Console(quiet=True), dry=True)
    return tidy.read(context, label, resultsfile)
