from __future__ import annotations

import pytest

from mturk_tasks.commands.qualifications import evaluate, requests
from mturk_tasks.errors import FileError
from mturk_tasks.files import qualification_requests as request_file
from tests.school import RIGHT, TEST, WRONG


def run(school, **options):
    return evaluate.run(
        school.context(), school.qualification(), school.folder / "trees.answerkey", **options
    )


def test_who_answers_everything_right_gets_100_and_the_others_are_refused(school):
    school.create()
    school.ask("AGOOD", RIGHT)
    school.ask("ABAD", WRONG)
    summary = run(school)

    assert (school.scores(), school.waiting()) == ({"AGOOD": 100}, [])
    assert summary.counts == {"passed": 1, "failed": 0, "refused": 1}


def test_a_preview_shows_every_question_and_decides_nothing(school, capsys):
    school.create()
    school.ask("ABAD", WRONG)
    run(school, preview=True)

    out = capsys.readouterr().out.splitlines()
    assert out[0] == "Preview flag is set. Qualification requests will not be approved or rejected."
    assert out[1:] == [
        "---[Worker ABAD]" + 62 * "-",
        "Question tree:WRONG [The correct answer 'oak|holm' did not match the given answer 'ash']",
        "Question word:CORRECT [The answer key 'acorn' matches the given answer 'Acorn']",
        "Worker ABAD has FAILED your test. They will not be granted the qualification.",
        87 * "-",
    ]
    assert school.waiting() == ["ABAD"]


@pytest.mark.long
def test_every_request_is_graded_however_many_there_are(school):
    school.create()
    for number in range(105):
        school.ask(f"AW{number}", RIGHT)
    assert run(school).counts["passed"] == 105
    assert school.waiting() == []


def test_an_unanswered_question_fails(school):
    school.create()
    school.ask("ALAZY", {"tree": ("oak", "holm")})
    assert run(school).counts["refused"] == 1


def test_an_answer_without_a_line_in_the_key_stops_before_any_decision(school):
    school.create()
    school.ask("AGOOD", RIGHT)
    school.write("trees.answerkey", "tree=oak|holm\n")
    with pytest.raises(FileError, match=r"trees.answerkey: Missing answer for question: word in answer key"):
        run(school)
    assert school.waiting() == ["AGOOD"]


def test_a_key_that_names_an_unknown_question_stops_before_any_decision(school):
    school.create()
    school.ask("AGOOD", RIGHT)
    school.write("trees.answerkey", "tree=oak|holm\nword=acorn\nleaf=green\n")
    with pytest.raises(FileError, match=r"trees.answerkey:3: the test has no question 'leaf'"):
        run(school)
    assert school.waiting() == ["AGOOD"]


def test_requests_with_the_test_before_are_graded_after_it_was_replaced(school):
    school.create()
    school.ask("AOLD", RIGHT)
    school.client.update_qualification_type(
        QualificationTypeId=school.qualification().type_id,
        Test=TEST.replace("MORE", ""),
        TestDurationInSeconds=60,
    )
    assert run(school).counts["passed"] == 1


def test_without_requests_that_is_said(school):
    qualification = school.create()
    assert run(school).lines == (f"No qualification requests found to review for {qualification.type_id}",)


def test_requests_are_written_with_a_column_for_each_question(school):
    qualification = school.create()
    request_id = school.ask("AGOOD", RIGHT)
    output = school.folder / "trees.requests"
    summary = requests.run(school.context(), output, qualification.type_id)

    file = request_file.read(output)
    assert file.questions == ("tree", "word")
    (row,) = file.rows
    assert (row.request_id, row.worker_id, row.answers) == (
        request_id,
        "AGOOD",
        {"tree": "oak|holm", "word": "Acorn"},
    )
    assert summary.lines == (
        "Retrieved 1 Qualification Requests",
        f"Answers successfully saved to file: {output}",
    )


def test_the_old_layout_is_read_back_the_same(school):
    qualification = school.create()
    school.ask("AGOOD", RIGHT)
    output = school.folder / "trees.requests"
    requests.run(school.context(), output, qualification.type_id, pairs=True)
    assert output.read_text().splitlines()[0].split("\t")[-1] == "Answer"
    assert request_file.read(output).rows[0].answers == {"tree": "oak|holm", "word": "Acorn"}


def test_where_no_request_waits_that_is_said(school):
    qualification = school.create()
    summary = requests.run(school.context(), school.folder / "trees.requests", qualification.type_id)
    assert summary.lines == ("No Qualification Requests found",)
