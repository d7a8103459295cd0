"""A workbook shows what workers typed, and does nothing of it; what a person has changed is kept."""

from __future__ import annotations

import sys
from datetime import datetime

import openpyxl
import pytest

from mturk_tasks.errors import FileError, UsageError
from mturk_tasks.files import exports
from mturk_tasks.vocabulary import columns

NAMES = ("AssignmentId", "Reward", "MaxAssignments", "SubmitTime", "Input.n", "Answer.x")
ROW = {
    "AssignmentId": "3123",
    "Reward": "$0.10",
    "MaxAssignments": "2",
    "SubmitTime": "Tue Nov 24 00:01:00 UTC 2026",
    "Input.n": "7.5",
    "Answer.x": "owl",
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "birds.results.xlsx"


def shown(path, answer: str = "owl", name: str = "Answer.x"):
    """Return the cell that an answer becomes."""
    exports.write_workbook(path, [name], [{name: answer}])
    return openpyxl.load_workbook(path).active["A2"]


@pytest.mark.parametrize(
    "typed", ["=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|'/C calc'!A0", "\t=1", "{=1}", "#N/A"]
)
def test_what_begins_as_a_formula_is_text(path, typed):
    cell = shown(path, typed)

    assert (cell.value, cell.data_type) == (typed, "s" if typed != "#N/A" else cell.data_type)


@pytest.mark.parametrize("typed", ["http://a.example", "mailto:a@b.c", "internal:A1", "file:///etc/passwd"])
def test_an_address_is_no_link(path, typed):
    cell = shown(path, typed)

    assert (cell.value, cell.hyperlink) == (typed, None)


def test_a_name_of_a_column_is_no_formula_either(path):
    shown(path, name="Answer.=1")
    exports.write_workbook(path, ["=HYPERLINK(1)"], [])

    assert openpyxl.load_workbook(path).active["A1"].data_type == "s"


def test_numbers_money_and_dates_are_such(path):
    exports.write_workbook(path, NAMES, [ROW])
    cells = [cell.value for cell in openpyxl.load_workbook(path).active[2]]
    when = datetime.fromisoformat("2026-11-24T00:01:00")  # UTC, which a workbook cannot say

    assert cells == ["3123", 0.1, 2, when, 7.5, "owl"]


@pytest.mark.parametrize(
    "typed", ["007", "1e5", "1.50", "-0", "1,5", "12345678901234567890", "1E5", "0x1", "nan", "inf", " 1"]
)
def test_what_a_spreadsheet_would_write_otherwise_stays_text(path, typed):
    assert shown(path, typed).value == typed


@pytest.mark.parametrize("typed", ["42", "-3", "0", "0.5", "-12.25"])
def test_other_numbers_can_be_calculated_with(path, typed):
    assert shown(path, typed).value == float(typed)


@pytest.mark.parametrize("typed", ["a" * 32_767, "ü" * 32_767])
def test_the_longest_text_is_whole(path, typed):
    assert shown(path, typed).value == typed


@pytest.mark.parametrize("typed", ["a" * 40_000, "😂" * 20_000])
def test_a_longer_one_is_cut_and_says_so(path, typed):
    value = shown(path, typed).value

    assert value.endswith("… [cut here; the csv has all of it]")
    assert typed.startswith(value[:1000])
    assert len(value.encode("utf-16-le")) // 2 <= 32_767


@pytest.mark.parametrize("typed", ["a\x00b", "a\x1bb", "a\ufffeb", "a\ud800b", "_x0041_", "a\rb"])
def test_what_xml_cannot_hold_breaks_no_workbook(path, typed):
    assert shown(path, typed).value is not None


def test_more_than_a_sheet_holds_is_said(path):
    with pytest.raises(FileError, match="a sheet holds 1048576 and 16384, a csv holds any number"):
        exports.write_workbook(path, [str(number) for number in range(16_385)], [])
    with pytest.raises(FileError, match="1048577 rows"):
        exports.write_workbook(path, ["a"], [{}] * 1_048_576)


def test_there_is_nothing_to_write_marks_into(path):
    exports.write_export(path, exports.header((), ("Answer.x",)), [{**ROW, "Reject": "x"}])
    names = [cell.value for cell in openpyxl.load_workbook(path).active[1]]

    assert names == [*columns.BATCH, "Answer.x"]


def test_nothing_is_read_from_it(path):
    path.write_text("anything")

    assert exports.marks(path) == {}


def test_what_was_written_is_known_again_and_what_was_changed_is_not(path):
    exports.write_workbook(path, NAMES, [ROW])
    assert exports.is_ours(path)
    book = openpyxl.load_workbook(path)
    book.active["F2"] = "jay"
    book.save(path)

    assert not exports.is_ours(path)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04"])
def test_what_is_no_workbook_is_not_ours(path, content):
    path.write_bytes(content)

    assert not exports.is_ours(path)


def test_without_the_library_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)

    with pytest.raises(UsageError, match=r"pip install 'mturk-tasks\[xlsx\]'"):
        exports.need_writer()
