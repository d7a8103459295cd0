"""A file that was fetched before the first answer, or emptied, is a file without marks."""

from __future__ import annotations

import pytest

from mturk_tasks.commands.surveys import decide, load, results, review
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError

NOTHING = {
    "no bytes": b"",
    "a line end": b"\n",
    "a mark of UTF-8": b"\xef\xbb\xbf",
    "of UTF-16": b"\xff\xfe\n\0",
}


@pytest.fixture
def hit(bench):
    load.run(bench.context(), LoadRequest())
    return bench.hits()[0]["HITId"]


@pytest.mark.parametrize("content", [*NOTHING, "as it is"])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_download_without_rows_stops_nothing(bench, hit, kind, content):
    results.run(bench.context(), kinds=(kind,))
    path = bench.folder / f"birds.results.{kind}"
    path.write_bytes(NOTHING.get(content, path.read_bytes()))
    bench.submit("AONE", hit)
    results.run(bench.context())
    review.run(bench.context())
    results.run(bench.context(), kinds=(kind,))

    assert bench.statuses() == ["Approved"]
    assert hit in path.read_text()


@pytest.mark.parametrize("content", NOTHING)
def test_an_empty_results_file_is_written_anew(bench, hit, content):
    bench.submit("AONE", hit)
    (bench.folder / "birds.results").write_bytes(NOTHING[content])
    results.run(bench.context())

    assert hit in bench.read("birds.results")


@pytest.mark.parametrize("content", NOTHING)
def test_an_empty_results_file_marks_nothing_for_rejection(bench, hit, content):
    bench.submit("AONE", hit)
    (bench.folder / "birds.results").write_bytes(NOTHING[content])
    decide.approve(bench.context())

    assert bench.statuses() == ["Approved"]


def test_a_review_of_an_empty_file_says_what_to_fetch(bench, hit):
    bench.write("birds.results", "")

    with pytest.raises(FileError, match="lists no submitted work; fetch it with inv results"):
        review.run(bench.context())
