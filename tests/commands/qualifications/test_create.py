from __future__ import annotations

import json

import pytest

from mturk_tasks.commands.qualifications import create, folder
from mturk_tasks.errors import AlreadyExists, FileError, RecordsError
from tests.bench import Crash, Strike
from tests.school import KEY, PROPERTIES, TEST


def run(school, **options):
    context = school.context(**options)
    return create.run(context, context.definition)


def types(school):
    answer = school.client.list_qualification_types(MustBeRequestable=True, MustBeOwnedByCaller=True)
    return answer["QualificationTypes"]


def test_a_type_is_made_of_the_files_and_its_id_is_written_down(school):
    summary = run(school)
    (made,) = types(school)

    assert school.read("trees.properties.success") == f"qualtypeid\n{made['QualificationTypeId']}\n"
    assert (made["Name"], made["RetryDelayInSeconds"], made["TestDurationInSeconds"]) == (
        *("Knows trees", 600),
        10800,
    )
    assert summary.lines[0] == f"Created qualification type: {made['QualificationTypeId']}"
    assert f"qualificationId={made['QualificationTypeId']}" in summary.lines[2]


def test_without_retry_a_worker_can_ask_only_once(school):
    context = school.context()
    create.run(context, context.definition, retry=False)
    assert "RetryDelayInSeconds" not in types(school)[0]


def test_values_that_are_not_given_are_said(school, capsys):
    run(school)
    notes = capsys.readouterr().err.splitlines()
    assert notes == [
        "note: testdurationinseconds is not given; it is 10800",
        "note: status is not given; it is Active",
    ]


def test_a_test_can_be_graded_at_once(school):
    school.graded_at_once()
    run(school)
    assert types(school)[0]["AnswerKey"] == KEY


def test_directives_in_test_and_key_are_followed(school):
    school.graded_at_once()
    school.write("names.vm", '#set($fruit = "acorns")\n')
    school.write(
        "trees.question", '#parse("names.vm")\n' + TEST.replace("MORE", "").replace("acorns", "$fruit")
    )
    run(school)
    assert "Which of these bear acorns?" in types(school)[0]["Test"]


def test_a_second_creation_is_refused_with_the_ways_on(school):
    run(school)
    with pytest.raises(RecordsError, match=r"is there already as 3\w+; inv update changes it, inv"):
        run(school)
    assert len(types(school)) == 1


def test_a_name_that_is_used_is_refused_in_the_old_words(school):
    run(school)
    school.write("oaks.properties", PROPERTIES)
    context = school.context()
    other = context.definition.__class__(school.folder / "oaks.properties")
    with pytest.raises(AlreadyExists, match="The qualification type for name 'Knows trees' already exists"):
        create.run(context, other)


def test_after_a_refusal_it_is_created_in_the_same_journal(school):
    school.client.create_qualification_type(
        Name="Knows trees", Description="Another", QualificationTypeStatus="Active"
    )
    with pytest.raises(AlreadyExists):
        run(school)
    school.write("trees.properties", PROPERTIES.replace("Knows trees", "Knows oaks"))
    run(school)
    assert school.type()["Name"] == "Knows oaks"


def test_a_receipt_of_the_old_tools_makes_way_where_its_type_is_nowhere(school):
    school.write("trees.properties.success", "qualtypeid\nOLDTYPE\n")
    run(school)

    archived = school.folder / "trees.amazon.properties.success"
    assert archived.read_text() == "qualtypeid\nOLDTYPE\n"
    assert school.qualification().type_id == types(school)[0]["QualificationTypeId"]


@pytest.mark.parametrize("name", ["trees.properties.success", "trees.success"])
def test_a_receipt_of_the_old_tools_is_read_and_stays_where_its_type_is_there(school, name):
    run(school)
    type_id = school.qualification().type_id
    for path in (school.folder / "trees.journal", school.folder / "trees.properties.success"):
        path.unlink()
    receipt = school.write(name, f"qualtypeid\n{type_id}\n")

    with pytest.raises(RecordsError, match="is there already"):
        run(school)
    assert (school.qualification().type_id, receipt.exists()) == (type_id, True)


def test_a_dry_run_makes_nothing(school):
    before = sorted(school.folder.iterdir())
    assert "would be created" in run(school, dry=True).lines[0]
    assert (sorted(school.folder.iterdir()), types(school)) == (before, [])


def test_the_journal_says_where_the_type_is_and_what_it_was_made_of(school):
    run(school)
    lines = [json.loads(line) for line in school.read("trees.journal").splitlines()]
    assert [line["event"] for line in lines] == ["set", "create", "intent", "outcome"]
    assert lines[0]["environment"] == "sandbox"
    assert set(lines[1]["digests"]) == {"properties", "question", "answerkey"}


BAD = {
    "no-name": ("trees.properties", "name: Knows trees\n", "", "trees.properties: name is missing"),
    "negative-delay": (
        "trees.properties",
        "600",
        "-5",
        r"properties:4: retrydelayinseconds: -5 is out",
    ),
    "strange-status": ("trees.properties", "600", "600\nstatus: Open", r":5: status: 'Open' is not known"),
    "granted-with-test": ("trees.properties", "600", "600\nautogranted: true", "without a test"),
    "broken-test": ("trees.question", "</QuestionForm>", "", r"trees.question:\d+: "),
    "unknown-reference": ("trees.question", "acorns", "${fruit}", r"trees.question:4: .*fruit"),
    "key-without-question": (
        "trees.answerkey",
        "word=",
        "ward=",
        "key:2: the test has no question 'ward'",
    ),
    "key-without-option": ("trees.answerkey", "holm", "elm", "answerkey:1: tree offers no selection 'elm'"),
}


@pytest.mark.parametrize(("name", "old", "new", "message"), BAD.values(), ids=BAD)
def test_a_file_that_cannot_be_used_is_named_with_its_line_and_nothing_is_made(
    school, name, old, new, message
):
    text = school.read(name)
    assert old in text
    school.write(name, text.replace(old, new))

    with pytest.raises(FileError, match=message):
        run(school)
    assert (types(school), list(school.folder.glob("*.journal"))) == ([], [])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (">tree<", ">bush<", "the test has no question 'bush'"),
        (">holm<", ">elm<", "question 'tree' has no selection 'elm'"),
        ("</AnswerKey>", "", "trees.answer:"),
    ],
    ids=["question", "selection", "form"],
)
def test_a_key_that_does_not_fit_its_test_is_refused(school, old, new, message):
    school.graded_at_once()
    school.write("trees.answer", KEY.replace(old, new))
    with pytest.raises(FileError, match=message):
        run(school)
    assert types(school) == []


def test_a_key_without_a_test_is_refused(school):
    school.graded_at_once()
    (school.folder / "trees.question").unlink()
    with pytest.raises(FileError, match=r"trees.answer: grades a test, and there is none"):
        run(school)


@pytest.mark.crash
@pytest.mark.parametrize(("call", "after"), [(2, False), (2, True)])
def test_a_creation_that_dies_is_gone_on_with_and_makes_one_type(school, call, after):
    school.strike = Strike(call, after)
    with pytest.raises(Crash):
        run(school)
    school.strike = Strike()
    with pytest.raises(RecordsError, match="did not end well; inv create goes on with it"):
        folder.find(school.context(), school.context().definition.files)
    run(school)

    assert [one["QualificationTypeId"] for one in types(school)] == [school.qualification().type_id]
