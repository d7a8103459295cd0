"""How each golden file is read, and what of it is looked at."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from mturk_tasks.files import grants, inputs, qualification_requests, results
from mturk_tasks.files import properties as property_files
from mturk_tasks.files.results import Mark
from mturk_tasks.legacy import configuration as old_configuration
from mturk_tasks.legacy.configuration import OldConfiguration
from mturk_tasks.lib import text
from mturk_tasks.markup.documents import question_faults
from mturk_tasks.markup.xml import local_name, root_of
from mturk_tasks.vocabulary import properties

GOLDEN = Path(__file__).parent / "golden"


def configuration(path: Path) -> OldConfiguration:
    return old_configuration.read(path.parent)


def cells(path: Path) -> list[list[str]]:
    return [list(row.cells.values()) for row in inputs.read(path).rows]


def of_hits(path: Path) -> properties.HitProperties:
    return properties.read_hit(property_files.parse(text.read(path)).entries, path)[0]


def of_qualification(path: Path) -> properties.QualificationProperties:
    return properties.read_qualification_type(property_files.parse(text.read(path)).entries, path)[0]


def hit(path: Path) -> tuple[Any, ...]:
    values = of_hits(path)
    merged = {entry.key: entry.text for entry in values.merged}
    fixed = (
        values.title,
        values.keywords,
        values.reward,
        values.assignmentduration,
        values.autoapprovaldelay,
    )
    return (*fixed, values.annotation, merged["assignments"], merged["qualification.locale.1.2"], len(merged))


def qualification(path: Path) -> tuple[Any, ...]:
    values = of_qualification(path)
    return (
        values.name,
        values.retrydelayinseconds,
        values.testdurationinseconds,
        values.autogranted,
        values.status,
    )


def faults(path: Path) -> list[object]:
    return list(question_faults(text.read_document(path).text))


def key_document(path: Path) -> list[str]:
    return [local_name(element) for element in root_of(text.read_document(path).text)]


def key_lines(path: Path) -> dict[str, str]:
    return qualification_requests.read_answer_key(path).expected()


def granted(path: Path) -> list[tuple[str, int | None]]:
    return [(grant.worker_id, grant.score) for grant in grants.read_grants(path).rows]


def marks(path: Path) -> dict[str, Mark]:
    return results.read(path).marks()


def asked(path: Path) -> list[tuple[str, str, dict[str, str]]]:
    return [
        (one.request_id, one.submitted, dict(one.answers)) for one in qualification_requests.read(path).rows
    ]


def rows_of(name: str) -> list[list[str]]:
    return list(
        csv.reader(io.StringIO((GOLDEN / name).read_text(encoding="utf-8"), newline=""), delimiter="\t")
    )
