"""Write what a survey found as a folder to be published: nobody in it has a name, and it says what it is."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

from mturk_tasks.analysis import personal, tidy
from mturk_tasks.analysis import report as analysis
from mturk_tasks.analysis.questions import Question
from mturk_tasks.analysis.report import Background
from mturk_tasks.analysis.responses import Item, pseudonyms
from mturk_tasks.commands import journal, origins
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys import aggregate, answered
from mturk_tasks.commands.surveys.answered import AnsweredSet
from mturk_tasks.console.report import paper
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import FileError, Problem, UsageError
from mturk_tasks.files import table
from mturk_tasks.lib import disk
from mturk_tasks.vocabulary.statuses import is_test_worker

LICENCES: Final = {  # names that SPDX has, and where their texts stand
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/legalcode",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/legalcode",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/legalcode",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/legalcode",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}
_SUMS: Final = "SHA256SUMS"
_ANSWERS: Final = ("row", "worker", "status", "seconds", "reward", "question", "value")
_LABELS: Final = ("row", "question", "label", "certainty", "n", "tie")
_CODEBOOK: Final = ("question", "kind", "text", "value", "label")
_FIRST: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip holds: the same in every run
_SHOWN: Final = 10


@dataclass(frozen=True)
class DatasetRequest:
    """What goes in: under which licence, asked by whom, with gold or not, personal texts allowed or not."""

    licence: str
    author: str = ""
    gold: bool = False
    personal: bool = False
    zip: bool = False


def run(context: CommandContext, request: DatasetRequest, label: str = "") -> Summary:
    """Write LABEL.dataset, or with `zip` LABEL.dataset.zip as well; two runs give the same bytes.

    Answers of test workers are left out. Raise UsageError where texts look personal and are not allowed,
    FileError where something else stands in the way.
    """
    own = _without_tests(answered.read(context, label))
    found = list(personal.find(own.responses, own.questions))
    if found and not request.personal:
        raise UsageError(_refusal(own, found))
    files = _files(own, request)
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    files[_SUMS] = sums.encode()
    folder = own.files.dataset
    _refuse_another_folder(folder)
    if context.dry:
        return Summary.of_dry_run(f"{folder} would hold {count(len(files), 'file')}.", files=len(files))
    _write(folder, files)
    written = [folder]
    if request.zip:
        packed = own.files.packed
        disk.write_bytes(packed, _packed(folder.name, files))
        written.append(packed)
    people = len(pseudonyms(own.responses))
    held = f"{count(len(own.responses), 'answer')} by {count(people, 'worker')}"
    lines = [
        f"{held} to {count(len(own.items), 'item')} in {folder}, under {request.licence}.",
        *(f"note: {note}" for note in own.notes),
        "Read README.md there before you publish it: what people wrote may say who they are.",
    ]
    return Summary(tuple(lines), {"answers": len(own.responses), "files": len(files)}, files=tuple(written))


def _without_tests(own: AnsweredSet) -> AnsweredSet:
    people = [response for response in own.responses if not is_test_worker(response.worker_id)]
    return replace(own, responses=people)


def _refusal(own: AnsweredSet, found: Sequence[personal.Finding]) -> str:
    """Say which answers look personal, and how to allow them."""
    shown = [
        f"  {finding.response.assignment_id}, {finding.question}: {finding.text!r} looks like {finding.what}"
        for finding in found[:_SHOWN]
    ]
    more = [f"  … and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    what = f"{count(len(found), 'answer')} in {own.files.results.name} may say who somebody is:"
    advice = "change them in the results file, or allow them with --personal"
    return "\n".join([what, *shown, *more, advice])


def _files(own: AnsweredSet, request: DatasetRequest) -> dict[str, bytes]:
    """Return every file of the dataset by its name, in order."""
    texts = {
        "README.md": _card(own, request),
        "LICENSE.txt": _licence(request),
        "answers.csv": _answers(own),
        "codebook.csv": _codebook(own.questions),
        "items.csv": _items(own, request),
        "provenance.json": _provenance(own),
    }
    if own.compared:
        texts["labels.csv"] = _labels(own)
    return {name: texts[name].encode() for name in sorted(texts)}


def _answers(own: AnsweredSet) -> str:
    names = pseudonyms(own.responses)
    rows = [
        (
            str(answer.row or ""),
            names[answer.worker],
            answer.status,
            f"{answer.seconds:g}" if answer.seconds is not None else "",
            str(answer.reward),
            answer.question,
            answer.value,
        )
        for answer in tidy.answers(own.responses, own.items, {})
    ]
    return table.format_quoted(_ANSWERS, rows, table.COMMA)


def _items(own: AnsweredSet, request: DatasetRequest) -> str:
    """Return the rows of the input; columns of right answers only where they are asked for."""
    hidden = set() if request.gold else {column for _, column in own.evaluation.gold}
    rows = {item.row: item.cells for item in own.items.values() if item.row}
    names = [name for name in next(iter(rows.values()), {}) if name not in hidden]
    body = [(str(row), *(cells[name] for name in names)) for row, cells in sorted(rows.items())]
    return table.format_quoted(("row", *names), body, table.COMMA)


def _labels(own: AnsweredSet) -> str:
    rows = aggregate.rows_of(own, aggregate.label_all(own, aggregate.VOTE))
    return table.format_quoted(_LABELS, [(row, *rest) for row, _hit, *rest in rows], table.COMMA)


def _codebook(questions: Sequence[Question]) -> str:
    rows = [
        (question.name, question.kind, question.text, value, question.label(value) if value else "")
        for question in questions
        for value in question.choices or ("",)
    ]
    return table.format_quoted(_CODEBOOK, rows, table.COMMA)


def _provenance(own: AnsweredSet) -> str:
    """Return what made the set: files, commit, versions; nothing in it names a person or a machine."""
    loads = journal.matching(own.entries, event="load")
    load = loads[-1] if loads else {}
    facts = {
        "set": own.files.label,
        "loaded": load.get("time"),
        "commit": load.get("commit"),
        "changed_after_commit": load.get("dirty"),
        "loaded_with": load.get("tool"),
        "written_with": version("mturk-tasks"),
        "sha256": load.get("digests", {}),
        "marketplace": (origins.header(own.entries) or {}).get("environment"),
    }
    return json.dumps(facts, indent=2, sort_keys=True) + "\n"


def _licence(request: DatasetRequest) -> str:
    where = LICENCES.get(request.licence)
    return f"{request.licence}\n{where}\n" if where else f"{request.licence}\n"


def _card(own: AnsweredSet, request: DatasetRequest) -> str:
    """Return the data card: what this is, who asked, how it was paid, how far people agree."""
    cells: Mapping[str, Item] = own.items
    background = Background(
        title=own.title,
        label=own.files.label,
        wanted=own.wanted,
        items=cells,
        compared=tuple(question.name for question in own.compared),
    )
    made = analysis.build(own.responses, own.questions, background)
    asked = "\n".join(f"* `{question.name}` ({question.kind}): {question.text}" for question in own.questions)
    return f"""\
# {own.title}

{paper.write(made)}

## Questions

{asked}

## Files

* `items.csv`: what was asked about, a row each.
* `answers.csv`: a row for each value that was given, by row and worker. Workers are W1, W2 and so on.
* `labels.csv`: what most said of each row, where the questions compare.
* `codebook.csv`: the questions with their kinds and choices.
* `provenance.json`: which files and versions this was made from.
* `{_SUMS}`: the digests of these files.

## Who and under which terms

Asked by: {request.author or "not said"}. Licence: {request.licence}.
{_consent(own)}"""


def _consent(own: AnsweredSet) -> str:
    """Say whether participants of a study agreed to a text first, and to which."""
    agreed = [entry for entry in journal.matching(own.entries, event="study") if entry.get("consent")]
    if not agreed:
        return ""
    return f"Participants agreed to a text first, of the SHA-256 {agreed[-1]['consent']}.\n"


def _refuse_another_folder(folder: Path) -> None:
    """Raise FileError where files would be written over that no dataset has."""
    if folder.is_dir() and not (folder / _SUMS).exists() and any(folder.iterdir()):
        raise FileError(Problem(folder, None, "is there and is no dataset; move it away"))


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    with disk.on_disk(folder):
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            if path.name not in files and path.is_file():
                path.unlink()
    for name, content in files.items():
        disk.write_bytes(folder / name, content)


def _packed(name: str, files: Mapping[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for file, content in files.items():
            packed.writestr(zipfile.ZipInfo(f"{name}/{file}", _FIRST), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()
