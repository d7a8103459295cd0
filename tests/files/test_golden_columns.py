"""The columns and keys of the golden files: required, optional, refused."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from mturk_tasks.errors import FileError
from mturk_tasks.files import decisions, grants, inputs, qualification_requests, results, survey
from mturk_tasks.vocabulary import columns, properties
from tests.files.golden_files import (
    GOLDEN,
    configuration,
    granted,
    key_lines,
    marks,
    of_hits,
    of_qualification,
    rows_of,
)


def without(name: str, folder: Path, left_out: str) -> Path:
    """Write a golden file without one of its columns or keys, and return where."""
    to = folder / name
    if name.endswith((".properties", ".answerkey")):
        lines = (GOLDEN / name).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if re.split(r"[:= ]", line)[0] != left_out]
        assert len(kept) < len(lines)
        to.write_text("".join(kept), encoding="utf-8")
        return to
    header, *body = rows_of(name)
    at = header.index(left_out)
    with to.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t").writerows(row[:at] + row[at + 1 :] for row in (header, *body))
    return to


REQUIRED = [
    *[("birds.properties", of_hits, key, None) for key in properties.HIT_REQUIRED],
    *[("spanish.properties", of_qualification, key, None) for key in properties.QUALIFICATION_REQUIRED],
    ("birds.properties", of_hits, "qualification.comparator.1", 19),
    ("birds.success", survey.read_success, "hitid", 1),
    ("birds.results", results.read, "hitid", 1),
    ("birds.results", results.read, "assignmentid", 1),
    ("spanish.approve", grants.read_approvals, "qualificationRequestToApprove", 1),
    ("spanish.reject", grants.read_rejections, "qualificationRequestToReject", 1),
    ("spanish.score", grants.read_grants, "workerid", 1),
    ("spanish.workers", grants.read_grants, "workerid", 1),
    *[("spanish.requests", qualification_requests.read, name, 1) for name in columns.SUBJECT],
]


@pytest.mark.parametrize(
    ("name", "read", "needed", "line"), REQUIRED, ids=[f"{row[0]} {row[2]}" for row in REQUIRED]
)
def test_what_is_required_and_missing_is_named(tmp_path, name, read, needed, line) -> None:
    path = without(name, tmp_path, needed)

    with pytest.raises(FileError) as refused:
        read(path)
    problem = refused.value.problems[0]  # what is odd as well may follow
    assert (problem.path, problem.line) == (path, line)
    assert needed.split(".")[1 if "qualification." in needed else 0] in problem.text


@pytest.mark.parametrize(
    ("name", "read", "needed"),
    [
        ("birds.approve", decisions.read_approvals, "assignmentIDToApprove"),
        ("birds.reject", decisions.read_rejections, "assignmentIdToReject"),
    ],
    ids=["approve", "reject"],
)
def test_a_list_of_assignments_needs_its_column(tmp_path, name, read, needed) -> None:
    with pytest.raises(FileError, match=f"(?i):1: has neither a column {needed}"):
        read(without(name, tmp_path, needed))


@pytest.mark.parametrize(
    ("name", "read", "left_out", "default"),
    [
        ("mturk.properties", lambda path: configuration(path).access_key, "access_key", ""),
        ("mturk.properties", lambda path: configuration(path).service_url, "service_url", ""),
        ("birds.properties", lambda path: of_hits(path).keywords, "keywords", ""),
        ("birds.properties", lambda path: of_hits(path).annotation, "annotation", ""),
        (
            "birds.approve",
            lambda path: decisions.read_approvals(path).listed[0].comment,
            "assignmentIdToApproveComment",
            "",
        ),
        (
            "birds.reject",
            lambda path: decisions.read_rejections(path).listed[0].comment,
            "assignmentIdToRejectComment",
            "",
        ),
        (
            "birds.success",
            survey.read_success,
            "hittypeid",
            ["3HWREN000000000000000000000001", "3HOWL0000000000000000000000002"],
        ),
        ("birds.results", lambda path: results.read(path).can_reject, "reject", False),
        ("birds.results", lambda path: marks(path)["3AGULL0000000000000000000004"].feedback, "feedback", ""),
        ("spanish.properties", lambda path: of_qualification(path).keywords, "keywords", ""),
        (
            "spanish.properties",
            lambda path: of_qualification(path).retrydelayinseconds,
            "retrydelayinseconds",
            259200,
        ),
        (
            "spanish.properties",
            lambda path: of_qualification(path).testdurationinseconds,
            "testdurationinseconds",
            10800,
        ),
        ("spanish.properties", lambda path: of_qualification(path).autogranted, "autogranted", False),
        ("spanish.answerkey", lambda path: sorted(key_lines(path)), "why", ["colours", "thanks"]),
        (
            "spanish.approve",
            lambda path: grants.read_approvals(path)[0].score,
            "qualificationRequestToApproveValue",
            None,
        ),
        (
            "spanish.reject",
            lambda path: grants.read_rejections(path)[0].comment,
            "qualificationRequestToRejectComment",
            "",
        ),
        ("spanish.score", lambda path: granted(path)[0], "score", ("A1ANNA000001", None)),
        ("spanish.workers", lambda path: granted(path)[0], "score", ("A1ANNA000001", None)),
        (
            "spanish.requests",
            lambda path: qualification_requests.read(path).rows[0].submitted,
            "SubmitTime",
            "",
        ),
        (
            "spanish.requests",
            lambda path: qualification_requests.read(path).questions,
            "Answer.colours",
            ("thanks", "why"),
        ),
    ],
)
def test_what_is_optional_and_missing_has_its_default(tmp_path, name, read, left_out, default) -> None:
    assert read(without(name, tmp_path, left_out)) == default


REFUSED = [
    ("birds.approve", decisions.read_approvals, "IdToApproveComment", "IDToApprove", 1, "two columns"),
    ("birds.input", inputs.read, "place", "picture", 1, "two columns are named 'picture'"),
    ("birds.input", inputs.read, "\tplace", "\t", 1, "column 2 has no name"),
    ("birds.failure", inputs.read, "\t3\t", "\t3", 2, "has 3 of 4 cells"),
    ("birds.success", survey.read_success, "hittypeid", "hitid", 1, "two columns are named 'hitid'"),
    ("birds.success", survey.read_success, "3HOWL0000000000000000000000002", "", 3, "has no hitid"),
    ("birds.results", results.read, '"feedback"', '"Reject"', 1, "two columns are named 'reject'"),
    ("birds.properties", of_hits, "qualification.2:", "qualification.11:", 26, "at most 10"),
    ("birds.properties", of_hits, "qualification.private.2", "qualification.privat.2", 29, "is no key"),
    ("birds.properties", of_hits, "locale.1.1:US", "locale.1:US", 22, "stands beside"),
    ("birds.properties", of_hits, "reward:$0.06", "reward:0,06", 8, "is no amount"),
    ("spanish.properties", of_qualification, "=604800", "=-5", 5, "out of range"),
    ("spanish.properties", of_qualification, "=false", "=perhaps", 7, "write true or false"),
    ("spanish.success", grants.read_type_id, "qualtypeid", "typeid", 1, "has no column qualtypeid"),
    ("spanish.success", grants.read_type_id, "01\n", "01\n3QOTHER\n", 3, "a single one"),
    ("spanish.success", grants.read_type_id, "3QSPANISH", "spanish ", 2, "is no ID"),
    ("spanish.approve", grants.read_approvals, "\t100", "\t100 %", 2, "'100 %' is no whole number"),
    (
        "spanish.approve",
        grants.read_approvals,
        "3RBERT000000000000000000000002\t",
        "\t50",
        3,
        "has no ID",
    ),
    (
        "spanish.reject",
        grants.read_rejections,
        "3RDORA000000000000000000000004",
        "3RCARL000000000000000000000003",
        3,
        "stands in line 2",
    ),
    ("spanish.score", grants.read_grants, "\t75", "\t7.5", 3, "'7.5' is no whole number"),
    ("spanish.score", grants.read_grants, "A2BERT000002", "Bert", 3, "'Bert' is no worker ID"),
    ("spanish.workers", grants.read_grants, "A3CARL000003", "A1ANNA000001", 3, "stands in line 2"),
    ("spanish.requests", qualification_requests.read, '"A2BERT000002"', "", 4, "is no whole request"),
    (
        "spanish.requestpairs",
        qualification_requests.read,
        "\tthanks\ta",
        "\tthanks",
        4,
        "is no whole request",
    ),
    (
        "spanish.requestpairs",
        qualification_requests.read,
        "\tcolours\t",
        "\tthanks\t",
        2,
        "answers a question twice",
    ),
    (
        "spanish.requestpairs",
        qualification_requests.read,
        "\n3QSPANISH0",
        '"\n3QSPANISH0',
        2,
        "a cell in quotes goes on",
    ),
    ("spanish.answerkey", key_lines, "# questionid", "<AnswerKey", 1, "is an AnswerKey document"),
]


@pytest.mark.parametrize(
    ("name", "read", "old", "new", "line", "part"), REFUSED, ids=[f"{row[0]} {row[3]}" for row in REFUSED]
)
def test_what_does_not_fit_is_refused_in_its_line(tmp_path, name, read, old, new, line, part) -> None:
    content = (GOLDEN / name).read_text(encoding="utf-8")
    assert old in content
    path = tmp_path / name
    path.write_text(content.replace(old, new), encoding="utf-8", newline="")

    with pytest.raises(FileError) as refused:
        read(path)
    problem = refused.value.problems[0]
    assert problem.line == line
    assert part in problem.text
