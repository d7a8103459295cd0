import csv
import hashlib
import json

import pytest

from mturk_tasks.commands.surveys import dataset, load, results
from mturk_tasks.commands.surveys.dataset import DatasetRequest
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError, UsageError

FREE = DatasetRequest("CC-BY-4.0")


@pytest.fixture
def answered(bench):
    bench.write("birds.input", "picture\tright\nowl.jpg\towl\njay.jpg\tjay\n")
    bench.set("gold", "bird=${right}\nagreement: bird")
    load.run(bench.context(), LoadRequest())
    first, second = (hit["HITId"] for hit in bench.hits())
    bench.submit("AONE", first, "owl")
    bench.submit("ATWO", first, "owl")
    bench.submit("ATEST1", second, "a test")
    results.run(bench.context())
    return bench


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_answers_stand_under_pseudonyms_and_tests_are_left_out(answered):
    (folder,) = dataset.run(answered.context(), FREE).files

    assert [(row["row"], row["worker"], row["value"]) for row in rows(folder / "answers.csv")] == [
        ("1", "W1", "owl"),
        ("1", "W2", "owl"),
    ]


def test_no_file_holds_a_worker_a_hit_or_an_assignment(answered):
    (folder,) = dataset.run(answered.context(), FREE).files
    whole = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())

    assert "AONE" not in whole
    assert answered.hits()[0]["HITId"] not in whole
    assert answered.assignments(answered.hits()[0]["HITId"])[0]["AssignmentId"] not in whole


@pytest.mark.parametrize(
    ("gold", "columns"), [(False, ["row", "picture"]), (True, ["row", "picture", "right"])]
)
def test_right_answers_are_published_only_where_that_is_asked_for(answered, gold, columns):
    (folder,) = dataset.run(answered.context(), DatasetRequest("CC0-1.0", gold=gold)).files

    assert list(rows(folder / "items.csv")[0]) == columns


def test_the_codebook_and_the_labels_are_there(answered):
    (folder,) = dataset.run(answered.context(), FREE).files

    assert rows(folder / "codebook.csv")[0]["text"] == "Which bird is in owl.jpg?"
    assert [(row["row"], row["label"]) for row in rows(folder / "labels.csv")] == [("1", "owl")]


def test_every_file_has_its_digest(answered):
    (folder,) = dataset.run(answered.context(), FREE).files
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())

    assert sums == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "SHA256SUMS"
    }


def test_two_runs_give_the_same_bytes(answered):
    request = DatasetRequest("CC-BY-4.0", author="A. Researcher", zip=True)
    packed = dataset.run(answered.context(), request).files[1]
    before = packed.read_bytes()
    answered.later(days=2)

    dataset.run(answered.context(), request)

    assert packed.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("write to me at jane.doe@example.org", "an e-mail address"),
        ("my number is +49 171 1234567", "a phone number"),
        ("I am A2XJZPQ4KLMN7", "a worker ID"),
        ("I live at 12 Long Meadow Road", "a street address"),
        ("Gartenstraße 5 in Ulm", "a street address"),
    ],
)
def test_what_looks_personal_must_be_allowed(answered, text, what):
    answered.submit("ATHREE", answered.hits()[1]["HITId"], text)
    results.run(answered.context())

    with pytest.raises(UsageError, match=what):
        dataset.run(answered.context(), FREE)
    assert dataset.run(answered.context(), DatasetRequest("CC-BY-4.0", personal=True)).files


@pytest.mark.parametrize("text", ["about 12345 birds", "on 2026-11-02", "3.14159265 is pi", "A NICE PICTURE"])
def test_ordinary_numbers_and_words_are_not_personal(answered, text):
    answered.submit("ATHREE", answered.hits()[1]["HITId"], text)
    results.run(answered.context())

    assert dataset.run(answered.context(), FREE).files


def test_a_folder_that_is_no_dataset_is_left_alone(answered):
    (answered.folder / "birds.dataset").mkdir()
    answered.write("birds.dataset/mine.txt", "mine")

    with pytest.raises(FileError, match="is no dataset"):
        dataset.run(answered.context(), FREE)


def test_what_made_it_is_told(answered):
    (folder,) = dataset.run(answered.context(), FREE).files
    facts = json.loads((folder / "provenance.json").read_text())

    assert facts["set"] == "birds"
    assert set(facts["sha256"]) == {"input", "properties", "question"}


def test_a_dry_run_writes_nothing(answered):
    dataset.run(answered.context(dry=True), FREE)

    assert not (answered.folder / "birds.dataset").exists()
