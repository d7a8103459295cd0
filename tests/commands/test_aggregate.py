import csv

import pytest

from mturk_tasks.commands.surveys import aggregate, load, quality, results, review
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError, UsageError
from mturk_tasks.files import results as results_files


@pytest.fixture
def answered(bench):
    bench.set("agreement", "bird")
    load.run(bench.context(), LoadRequest())
    first, second, _ = (hit["HITId"] for hit in bench.hits())
    for worker, words in (("AONE", ("owl", "owl")), ("ATWO", ("owl", "jay"))):
        for hit_id, text in zip((first, second), words, strict=True):
            bench.submit(worker, hit_id, text)
    results.run(bench.context())
    return bench


def table(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_each_row_gets_the_label_of_most_and_ties_are_named(answered):
    (path,) = aggregate.run(answered.context()).files

    assert [(row["row"], row["label"], row["n"], row["tie"]) for row in table(path)] == [
        ("1", "owl", "2", ""),
        ("2", "", "2", "jay|owl"),
    ]


def test_rejected_answers_count_for_nothing(answered):
    work = answered.assignments(answered.hits()[1]["HITId"])
    jay = next(one["AssignmentId"] for one in work if "jay" in one["Answer"])
    answered.client.reject_assignment(AssignmentId=jay, RequesterFeedback="no")
    results.run(answered.context())

    (path,) = aggregate.run(answered.context(), method=aggregate.DAWID_SKENE).files

    assert [row["label"] for row in table(path)] == ["owl", "owl"]


def test_the_table_for_crowd_kit_has_its_columns(answered):
    (path,) = aggregate.run(answered.context(), to=aggregate.CROWD_KIT).files

    assert set(table(path)[0]) >= {"task", "worker", "label"}
    assert len(table(path)) == 4


def test_a_survey_of_texts_alone_has_no_labels(bench):
    load.run(bench.context(), LoadRequest())
    results.run(bench.context())

    with pytest.raises(UsageError, match="name those that are meant"):
        aggregate.run(bench.context())


def test_what_is_worth_a_look_is_listed_and_nothing_is_marked(answered):
    before = answered.read("birds.results")

    (path,) = quality.run(answered.context()).files

    assert {row["kind"] for row in table(path)} <= {"fast", "same text", "repeats the question"}
    assert answered.read("birds.results") == before


def test_marks_are_put_where_a_person_looks_them_over(answered):
    answered.write("birds.properties", answered.read("birds.properties") + "gold: bird=${right}\n")
    answered.write("birds.input", "picture\tright\nowl.jpg\towl\njay.jpg\tjay\nwren.jpg\t\n")
    load.run(answered.context(), LoadRequest(label="gold"))
    hit = answered.client.list_hits(MaxResults=100)["HITs"]
    second = next(
        one["HITId"]
        for one in hit
        if one["RequesterAnnotation"] == "jay.jpg" and one["NumberOfAssignmentsAvailable"] == 2
    )
    answered.submit("AONE", second, "owl")
    results.run(answered.context(), "gold")

    quality.run(answered.context(), "gold", mark=True)

    marks = results_files.read(answered.folder / "gold.results").marks()
    assert [(mark.reject, mark.feedback) for mark in marks.values()] == [
        ("x", "gold failed: bird; 0 of 1 gold answers right")
    ]


def test_a_mark_of_ones_own_stays(answered):
    text = answered.read("birds.results")
    quality.run(answered.context(), mark=True)

    assert answered.read("birds.results").count('"x"') == text.count('"x"')


def test_review_says_what_is_worth_a_look(answered, capsys):
    hits = answered.hits()
    for worker in ("ATEST1", "ATEST2"):
        answered.submit(worker, hits[2]["HITId"], "a text that is long enough to be noticed")
    results.run(answered.context())

    review.run(answered.context())

    assert "test worker (2)" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ("bird=${wrong}", "birds.properties:10: gold: the input has no column 'wrong'"),
        ("bird=${picture}", "birds.properties:10: gold: column 'picture' is used in the question"),
        ("bird=owl", "birds.properties:10: gold: 'bird=owl' names no question and column"),
        ("colour=${right}", "birds.properties:10: gold: 'colour' is no question of the form; it asks bird"),
    ],
)
def test_gold_that_cannot_be_is_refused_before_anything_is_loaded(bench, gold, said):
    bench.write("birds.input", "picture\tright\nowl.jpg\towl\n")
    bench.set("gold", gold)

    with pytest.raises(FileError) as refused:
        load.run(bench.context(), LoadRequest())

    assert said in str(refused.value)
    assert bench.hits() == []


def test_no_right_answer_reaches_what_a_worker_is_sent(bench):
    bench.write("birds.input", "picture\tright\nowl.jpg\tTHERIGHTANSWER\n")
    bench.set("gold", "bird=${right}")
    load.run(bench.context(), LoadRequest())

    (hit,) = bench.hits()

    assert "THERIGHTANSWER" not in str(hit)
