"""The 19 files of the reference: each read, those that are written here written again to the byte."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.errors import FileError
from mturk_tasks.files import decisions, grants, inputs, qualification_requests, results, survey, table
from mturk_tasks.files.decisions import Listed, Listing
from mturk_tasks.files.grants import Approval, Rejection
from mturk_tasks.files.qualification_requests import RequestRow
from mturk_tasks.files.results import Mark
from mturk_tasks.legacy.configuration import OldConfiguration
from mturk_tasks.lib import disk
from mturk_tasks.vocabulary import columns
from tests.files.golden_files import (
    GOLDEN,
    asked,
    cells,
    configuration,
    faults,
    granted,
    hit,
    key_document,
    key_lines,
    marks,
    qualification,
    rows_of,
)

SPANISH = "3QSPANISH000000000000000000001"
ANNA = RequestRow(
    SPANISH,
    "3RANNA000000000000000000000001",
    "A1ANNA000001",
    "Mon Mar 02 10:04:11 UTC 2026",
    {"thanks": "b", "colours": "red|green", "why": 'At school,\nand in "Sevilla"'},
)

WREN, OWL = ["wren-01.jpg", "garden", "3", "Anna & Sons"], ["owl-02.jpg", 'old barn, "north" side', "3", ""]

READ: dict[str, tuple[Callable[[Path], Any], Any]] = {
    "mturk.properties": (
        configuration,
        OldConfiguration(
            "https://mechanicalturk.sandbox.amazonaws.com/?Service=AWSMechanicalTurkRequester",
            "AKIDEXAMPLE0000",
            service_line=5,
        ),
    ),
    "birds.approve": (
        decisions.read_approvals,
        Listing(
            (
                Listed("3AWREN0000000000000000000001", "Well seen, thank you!"),
                Listed("3AOWL00000000000000000000002", ""),
                Listed("3AJAY00000000000000000000003", 'You wrote "jay", and it is one.'),
            )
        ),
    ),
    "birds.failure": (cells, [OWL]),
    "birds.properties": (
        hit,
        (
            "Which bird is this?",
            "birds, pictures, nature",
            Decimal("0.06"),
            600,
            1296000,
            "${picture} (${place})",
            "${workers}",
            "CA",
            13,
        ),
    ),
    "birds.input": (cells, [WREN, OWL, ["jay-03.jpg", "oak wood", "5", "Förster"]]),
    "birds.results": (
        marks,
        {
            "3AWREN0000000000000000000001": Mark(
                "", "Well seen, thank you!", "3HWREN000000000000000000000001"
            ),
            "3AGULL0000000000000000000004": Mark(
                "x", "The picture shows a gull,\nnot a swan.", "3HWREN000000000000000000000001"
            ),
        },
    ),
    "spanish.answer": (key_document, ["Question", "QualificationValueMapping"]),
    "spanish.answerkey": (key_lines, {"thanks": "b", "colours": "red|green", "why": ""}),
    "spanish.approve": (
        grants.read_approvals,
        (Approval("3RANNA000000000000000000000001", 100), Approval("3RBERT000000000000000000000002")),
    ),
    "spanish.success": (grants.read_type_id, SPANISH),
    "spanish.properties": (qualification, ("Knows everyday Spanish", 604800, 1800, False, "Active")),
    "spanish.question": (faults, []),
    "spanish.reject": (
        grants.read_rejections,
        (
            Rejection("3RCARL000000000000000000000003", "Two answers are wrong; try again next week."),
            Rejection("3RDORA000000000000000000000004"),
        ),
    ),
    "spanish.requests": (
        asked,
        [
            (ANNA.request_id, ANNA.submitted, ANNA.answers),
            (
                "3RBERT000000000000000000000002",
                "Mon Mar 02 11:30:00 UTC 2026",
                {"thanks": "a", "colours": "red"},
            ),
        ],
    ),
    "spanish.requestpairs": (
        asked,
        [
            (ANNA.request_id, "", ANNA.answers),
            ("3RBERT000000000000000000000002", "", {"thanks": "a", "why": ""}),
            ("3RDORA000000000000000000000004", "", {}),
        ],
    ),
    "birds.question": (faults, []),
    "birds.reject": (
        decisions.read_rejections,
        Listing(
            (
                Listed("3AGULL0000000000000000000004", "The picture shows a gull,\nnot a swan."),
                Listed("3ADUCK0000000000000000000005", "No name was given."),
            )
        ),
    ),
    "spanish.score": (granted, [("A1ANNA000001", 100), ("A2BERT000002", 75)]),
    "birds.success": (
        survey.read_success,
        ["3HWREN000000000000000000000001", "3HOWL0000000000000000000000002"],
    ),
    "spanish.workers": (granted, [("A1ANNA000001", 90), ("A3CARL000003", None)]),
}


def test_every_golden_file_is_read_here() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(READ)


@pytest.mark.parametrize("name", READ)
def test_a_file_of_the_reference_says_what_it_means(name) -> None:
    read, expected = READ[name]
    assert read(GOLDEN / name) == expected


def again_success(path: Path, to: Path) -> None:
    rows = [(hit_id, "3TBIRD000000000000000000000009") for hit_id in survey.read_success(path)]
    disk.write(to, table.format_plain(columns.SUCCESS, rows))


def again_failure(path: Path, to: Path) -> None:
    found = inputs.read(path)
    disk.write(to, "".join(f"{line}\n" for line in (found.header, *(row.raw for row in found.rows))))


def again_results(path: Path, to: Path) -> None:
    found = results.read(path)
    rows = [{name: cell or None for name, cell in row.items()} for row in found.rows]
    results.write(to, found.columns[len(columns.RESULT) :], rows)


def again_requests(path: Path, to: Path) -> None:
    found = qualification_requests.read(path)
    qualification_requests.write(to, found.questions, found.rows, pairs=path.suffix == ".requestpairs")


def again_type_id(path: Path, to: Path) -> None:
    grants.write_type_id(to, grants.read_type_id(path))


WRITTEN = {
    "birds.success": again_success,
    "birds.failure": again_failure,
    "birds.results": again_results,
    "spanish.requests": again_requests,
    "spanish.requestpairs": again_requests,
    "spanish.success": again_type_id,
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_file_that_is_read_and_written_is_the_same_to_the_byte(tmp_path, name) -> None:
    WRITTEN[name](GOLDEN / name, tmp_path / name)

    assert (tmp_path / name).read_bytes() == (GOLDEN / name).read_bytes()


@pytest.mark.parametrize("name", [name for name in READ if not name.endswith((".question", ".answer"))])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_saved_in_another_encoding_says_the_same(tmp_path, name, encoding) -> None:
    read, expected = READ[name]
    path = tmp_path / name
    path.write_bytes((GOLDEN / name).read_text(encoding="utf-8").encode(encoding))

    assert read(path) == expected


def test_a_bare_id_is_an_id_file(tmp_path) -> None:
    path = tmp_path / "id"
    path.write_text(f"{SPANISH}\r\n", encoding="utf-8-sig")

    assert grants.read_type_id(path) == SPANISH


@pytest.mark.parametrize("name", ["spanish.requests", "spanish.requestpairs"])
def test_a_request_file_lists_requests_to_decide(tmp_path, name) -> None:
    path = Path(shutil.copy(GOLDEN / name, tmp_path))

    assert [one.request_id for one in qualification_requests.read(path).rows] == [
        one.request_id for one in grants.read_approvals(path)
    ]
    assert grants.read_rejections(path)[0] == Rejection(ANNA.request_id)


def test_requests_fetched_into_one_file_again_count_once_as_they_stand_last(tmp_path) -> None:
    path = tmp_path / "requests"
    first = (GOLDEN / "spanish.requestpairs").read_text(encoding="utf-8")
    path.write_text(first + first.replace("\tthanks\ta\t", "\tthanks\tb\t"), encoding="utf-8")

    found = qualification_requests.read(path).rows
    assert [one.answers.get("thanks") for one in found] == ["b", "b", None]


def test_rows_that_a_spreadsheet_made_equally_wide_are_read_as_they_were(tmp_path) -> None:
    path = tmp_path / "requests"
    rows = rows_of("spanish.requestpairs")
    wide = max(map(len, rows))
    path.write_text(table.format_sparing([*row, *[""] * (wide - len(row))] for row in rows), encoding="utf-8")

    assert asked(path) == READ["spanish.requestpairs"][1]


def test_a_quote_that_swallows_a_request_is_refused(tmp_path) -> None:
    path = tmp_path / "requests"
    header = "\t".join(columns.REQUEST_PAIRS)
    path.write_text(f'{header}\n3Q\t3R\tA1\tq\t"b\n3Q\t3S\tA2\tq\tb"\n', encoding="utf-8")

    with pytest.raises(FileError, match=":2: a quote opened here swallows whole rows below"):
        qualification_requests.read(path)


def test_lines_of_tabs_in_an_answer_swallow_nothing_in_a_file_that_stands_as_written(tmp_path) -> None:
    answers = {"why": "begin\n" + "\n".join("\t" * number for number in range(20)) + "\nend"}
    request = RequestRow(SPANISH, "3R", "A1", ANNA.submitted, answers)
    qualification_requests.write(tmp_path / "requests", ["why"], [request])

    assert qualification_requests.read(tmp_path / "requests").rows == (request,)


ANSWERS = st.dictionaries(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(str.strip),
    st.text(st.sampled_from(list('\t\n\r"|aé ')), min_size=1),
    max_size=4,
)


@settings(deadline=None, max_examples=60, database=None)
@given(answers=ANSWERS, pairs=st.booleans())
def test_a_request_survives_a_round_trip(tmp_path_factory, answers, pairs) -> None:
    path = tmp_path_factory.mktemp("requests") / "spanish.requests"
    request = RequestRow(SPANISH, "3R", "A1", "" if pairs else ANNA.submitted, answers)

    qualification_requests.write(path, list(answers), [request], pairs=pairs)

    assert qualification_requests.read(path).rows == (request,)


def test_an_answer_key_says_which_of_two_lines_counts(tmp_path) -> None:
    path = tmp_path / "key"
    path.write_text("q1=a\nq1=b\n", encoding="utf-8")

    key = qualification_requests.read_answer_key(path)
    assert (key.expected(), [note.line for note in key.notes]) == ({"q1": "b"}, [2])
