import csv
import stat
from decimal import Decimal

import pytest
from pyarrow import parquet

from mturk_tasks import read_results
from mturk_tasks.commands.surveys import load, results
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError
from tests.analysis.sets import results_file


@pytest.fixture
def answered(bench):
    load.run(bench.context(), LoadRequest())
    first, second, _ = (hit["HITId"] for hit in bench.hits())
    bench.submit("AONE", first, "owl")
    bench.submit("ATWO", second, "=1+1")
    return bench


def test_each_answer_is_a_row_with_its_input_row_and_times(answered):
    results.run(answered.context(), kinds=("tidy",))
    path = answered.folder / "birds.results.tidy.csv"

    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert [(row["row"], row["question"], row["value"], row["reward"]) for row in rows] == [
        ("1", "bird", "owl", "0.10"),
        ("2", "bird", "=1+1", "0.10"),
    ]
    assert rows[0]["submitted"].endswith("Z")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_several_formats_are_written_at_once(answered):
    written = results.run(answered.context(), kinds=("csv", "tidy", "parquet")).files

    assert [path.name for path in written] == [
        "birds.results",
        "birds.results.csv",
        "birds.results.tidy.csv",
        "birds.results.parquet",
    ]


def test_parquet_keeps_types(answered):
    results.run(answered.context(), kinds=("parquet",))

    table = parquet.read_table(answered.folder / "birds.results.parquet")

    assert table["reward"].to_pylist() == [Decimal("0.10")] * 2
    assert str(table.schema.field("submitted").type) == "timestamp[us, tz=UTC]"


def test_a_program_reads_records_with_types(answered):
    results.run(answered.context())

    found = read_results(answered.folder)

    assert [(answer.row, answer.value, answer.reward) for answer in found] == [
        (1, "owl", Decimal("0.10")),
        (2, "=1+1", Decimal("0.10")),
    ]


def test_a_data_frame_has_a_column_for_each_field(answered):
    results.run(answered.context())

    frame = read_results(answered.folder).to_pandas()

    assert list(frame["value"]) == ["owl", "=1+1"]
    assert str(frame["submitted"].dtype).endswith("UTC]")
    assert frame["reward"].sum() == pytest.approx(0.2)


def test_an_old_results_file_is_read_by_its_name(tmp_path):
    path = results_file(tmp_path, [{"Answer.colour": "red"}], "old.results")

    assert [answer.value for answer in read_results(path)] == ["red"]


def test_where_there_are_no_results_it_is_said(answered):
    with pytest.raises(FileError, match="fetch the work with inv results"):
        read_results(answered.folder)
