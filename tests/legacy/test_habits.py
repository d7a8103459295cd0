"""The old commands as people and scripts really call them, each run to its effect."""

from __future__ import annotations

import pytest

from tests.legacy.effects import BLOCKED, REASON, UNBLOCKED, blocks, records
from tests.legacy.prompt import ENTER, living, words
from tests.legacy.test_reference import run_to_effect
from tests.legacy.world import WORKERS

pytestmark = pytest.mark.walk

LOAD = "-input survey.input -question survey.question -properties survey.properties"
PRINTED, EN_DASH = "\u2011", "\u2013"
VARIANTS = {
    "all-capitals": (
        "loadHITs",
        "LOADHITS -INPUT survey.input -QUESTION survey.question -PROPERTIES survey.properties",
    ),
    "all-small": ("loadHITs", f"loadhits {LOAD}"),
    "two-dashes": ("loadHITs", f"loadHITs {LOAD.replace('-', '--')}"),
    "cmd": ("loadHITs", f"loadHITs.cmd {LOAD}"),
    "bat": ("loadHITs", f"loadHITs.bat {LOAD}"),
    "ending-in-capitals": ("getBalance", "GETBALANCE.CMD"),
    "a-path-in-front": ("loadHITs", f"/opt/aws-mturk-clt-1.3.1/bin/loadHITs.sh {LOAD}"),
    "a-path-of-windows": ("loadHITs", rf"C:\mturk\bin\loadHITs.cmd {LOAD}"),
    "sandbox-before-the-command": ("loadHITs", f"-sandbox loadHITs {LOAD}"),
    "sandbox-first": ("loadHITs", f"loadHITs -sandbox {LOAD}"),
    "sandbox-last": ("getBalance", "../bin/getBalance.sh -sandbox"),
    "hyphens-of-a-printed-page": ("loadHITs", f"loadHITs {LOAD.replace('-', PRINTED)}"),
    "en-dashes": ("loadHITs", f"loadHITs {LOAD.replace('-', EN_DASH)}"),
    "em-dashes": (
        "getResults",
        "getResults \u2014successfile survey.success \u2014outputfile survey.results",
    ),
    "minus-signs": ("getBalance", "getBalance \u2212sandbox"),
    "equals-signs": (
        "loadHITs",
        "loadHITs -input=survey.input -question=survey.question --properties=survey.properties",
    ),
    "the-first-of-a-repeated-option": ("loadHITs", f"loadHITs {LOAD} -input other.input"),
    "an-empty-word-first": ("loadHITs", f"loadHITs '' {LOAD}"),
    "empty-words-between": ("getBalance", "getBalance '' -sandbox ' ' ''"),
    "a-surplus-word": ("getBalance", "getBalance please"),
    "a-surplus-word-that-is-a-command": (
        "getResults",
        "getResults -successfile survey.success -outputfile survey.results resetAccount -sandbox",
    ),
    "a-backslash-here": ("loadHITs", f"loadHITs {LOAD}".replace("survey.input", r".\survey.input")),
    "a-label": ("loadHITs", f"loadHITs {LOAD} -label survey"),
    "a-label-with-a-path": ("loadHITs", f"loadHITs -label ../survey/survey {LOAD}"),
    "a-previewfile-without-preview": ("loadHITs", f"loadHITs {LOAD} -previewfile page.html"),
    "success-for-successfile": (
        "getResults",
        "getResults -success survey.success -outputfile survey.results",
    ),
    "hyphens-within": ("getResults", "getResults --success-file survey.success --output-file survey.results"),
    "underscores-within": (
        "getResults",
        "getResults -Success_File survey.success -output_file survey.results",
    ),
    "bare-words": ("getResults", "getResults successfile survey.success outputfile survey.results"),
    "successfile-for-success": (
        "updateHITs",
        "updateHITs -successfile survey.success -properties survey.properties",
    ),
    "flags-before-values": ("deleteHITs", "deleteHITs -force -expire -approve -successfile survey.success"),
    "force-in-capitals": ("deleteHITs", "deleteHITs -successfile survey.success -approve -expire -FORCE"),
    "extend-with-equals": ("extendHITs", "extendHITs -successfile survey.success -hours=3 -assignments=4"),
    "no-question-with-force": ("approveWork", "approveWork -approvefile approval.txt -force"),
    "approve-by-assignment": ("approveWork", "approveWork -assignment {assignment}"),
    "approve-with-a-comma-too-many": ("approveWork", 'approveWork -assignment "{assignment}, " -force'),
    "reject-with-force-first": ("rejectWork", "rejectWork -force -assignment {assignment}"),
    "reset-with-force": ("resetAccount", "resetAccount.sh -force"),
    "review-with-hyphens": ("reviewResults", "reviewResults --results-file survey.results"),
    "a-dollar-sign": (
        "grantBonus",
        f'grantBonus -workerid {{worker}} -assignment {{assignment}} -amount $5.00 -reason "{REASON}"',
    ),
    "dollars-without-cents": (
        "grantBonus",
        f'grantBonus -reason "{REASON}" -amount 5 -assignment {{assignment}} -workerid {{worker}}',
    ),
    "worker-id": ("blockWorker", f'blockworker --worker-id {{worker}} -reason "{BLOCKED}"'),
    "workerID": ("unblockWorker", f'./UnblockWorker.sh -workerID {{worker}} -Reason "{UNBLOCKED}"'),
}


@pytest.mark.parametrize("habit", VARIANTS)
def test_a_line_written_out_of_habit_has_its_effect(prompt, at, habit):
    run_to_effect(prompt, at, *VARIANTS[habit])


@pytest.mark.parametrize("option", ["-maxhits", "--max-hits", "-maxHits", "--maxhits=1", "-MAX_HITS"])
def test_a_load_is_limited_however_the_limit_is_spelled(prompt, fresh, option):
    out = prompt.do(*words(f"loadHITs {LOAD} {option}"), *([] if "=" in option else ["1"]))

    assert len(fresh.hits()) == 1
    assert "  Successfully loaded 1 HITs." in out.splitlines()


@pytest.mark.parametrize("reason", ["-5 points", "--- see above", "-amount was wrong", "=", "a=b", "\u2013"])
def test_a_value_may_begin_with_a_dash(prompt, worked, reason):
    assignment = living(worked)["assignment"]
    line = ("-workerid", "AONE", "-assignment", assignment, "-amount", "0.5", "-reason", reason)
    prompt.do("grantBonus", *line)

    (bonus,) = worked.client.list_bonus_payments(AssignmentId=assignment)["BonusPayments"]
    assert bonus["Reason"] == reason


def test_a_misprint_without_a_dash_is_read_as_it_is_meant_and_said(examiner, held):
    line = "updateQualificationScore -qualtypeid {type} score 50 -workerid AONE"
    run = examiner.mturk(*words(line, **living(held)))

    assert "note: reading score as -score" in run.err
    assert (run.code, held.scores()["AONE"]) == (0, 50)


def test_an_option_that_is_glued_to_a_value_is_refused_with_a_sentence(prompt, worked):
    line = 'grantBonus -workerid {worker} -assignment {assignment}-reason "Very good." -amount 5.00'
    run = prompt.mturk(*words(line, **living(worked)))

    assert run.code == 2
    assert run.err.startswith("error: ")
    assert "write a blank before -reason" in run.err
    assert worked.client.list_bonus_payments(AssignmentId=living(worked)["assignment"])["BonusPayments"] == []


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("loadHITS2", "did you mean loadHITs"),
        ("getResult -successfile a", "did you mean getResults"),
        ("grantbonuses", "did you mean grantBonus"),
        ("loadHITs -inputs survey.input", "loadHITs has no option -inputs; did you mean -input"),
        ("getResults -sucessfile survey.success", "did you mean -successfile"),
        ("getBalance -production", "getBalance has no option -production"),
        ("adopt here there", "adopt does not know what to do with 'there'"),
        ("getBalance -sandbox=no", "-sandbox takes no value"),
        ("loadHITs -input", "Missing argument for option: input"),
        ("loadHITs -input -question survey.question", "Missing argument for option: input"),
        ("loadHITs -input survey.input", "Missing: --question, --properties"),
        (f"loadHITs {LOAD} -maxhits x", "-maxhits takes a whole number, not 'x'"),
        ("getResults -successfile survey.success", "Missing: --outputfile"),
        ("reviewResults", "Missing: --resultsfile"),
        ("approveWork", "Missing: you must supply one of -assignment or -approvefile or -successfile"),
        ("rejectWork", "Missing: you must supply one of -assignment or -rejectfile"),
        ("deleteHITs -approve", "Missing: --successfile"),
        ("extendHITs -successfile survey.success", "specify an option for either -assignments or -hours"),
        ("extendHITs -successfile survey.success -hours 0", "-hours takes a number from 1 on"),
        ("updateHITs -success survey.success", "Missing: --properties"),
        ("grantBonus -workerid AONE", "Missing: --assignment, --amount, --reason"),
        ("grantBonus -workerid A -assignment B -amount ten -reason r", "-amount: "),
        ("blockWorker -workerid AONE", "Missing: --reason"),
        ("unblockWorker", "Missing: --workerid"),
        ("makeTemplate -target x", "Missing: --template"),
        ("loadHITs -input none.input -question survey.question -properties survey.properties", "none.input"),
    ],
    ids=lambda value: value if value.count("-") < 9 and value[0].islower() else "",
)
def test_what_cannot_be_understood_is_2_with_a_sentence(prompt, worked, line, sentence):
    run = prompt.mturk(*words(line))

    assert (run.code, run.out) == (2, ""), run
    assert sentence in run.err
    assert worked.statuses() == ["Submitted"] * 6


@pytest.mark.parametrize("line", ["-help", "-h", "--help", "\u2011help"], ids=ascii)
def test_help_without_a_command_lists_them(prompt, fresh, line):
    shown = prompt.do(line)
    assert "loadHITs" in shown
    assert "--sandbox" not in shown


@pytest.mark.parametrize(
    "line", ["-help loadHITs", "loadHITs.sh -h", "--help LOADHITS", "loadHITs -input a -help"], ids=ascii
)
def test_help_with_a_command_shows_its_options(prompt, fresh, line):
    shown = prompt.do(*words(line))

    assert "Usage: mturk [--core-opts] loadHITs" in shown
    assert "--previewfile" in shown
    assert fresh.hits() == []


def test_unblocking_needs_no_reason(prompt, fresh):
    fresh.client.create_worker_block(WorkerId=WORKERS[0], Reason="spam")
    prompt.do("unblockWorker", "-workerid", WORKERS[0])
    assert blocks(fresh) == {}


def test_a_label_with_a_path_says_where_the_receipt_goes(prompt, fresh):
    (fresh.root / "receipts").mkdir()
    prompt.do(*words(f"loadHITs {LOAD} -label ../receipts/first"))

    names = sorted(path.name for path in (fresh.root / "receipts").iterdir())
    assert names == ["first.journal", "first.success"]
    assert not (fresh.survey / "survey.success").exists()


def test_name_value_pairs_stand_in_one_column(prompt, worked):
    prompt.do(*words("getResults -successfile survey.success -outputfile pairs.results -namevaluepairs"))
    header, *rows = worked.read("pairs.results").splitlines()

    assert header.split("\t")[-3:] == ['"feedback"', '"reject"', '"answers[question_id answer_value]"']
    assert all('"bird=owl"' in row for row in rows)


def test_the_hidden_prefix_of_answers_is_understood(prompt, worked):
    prompt.do(*words("getResults -successfile survey.success -outputfile mine.results -answerPrefix A_"))
    assert records(worked.read("mine.results"))[0]["A_bird"] == "owl"


def test_all_work_of_a_success_file_is_approved_without_a_question(prompt, worked):
    run = prompt.mturk("approveWork", "-successfile", "survey.success")

    assert run.code == 0, run
    assert worked.statuses() == ["Approved"] * 6


@pytest.mark.parametrize(
    "line",
    [
        "approveWork -assignment {assignment}",
        "rejectWork -assignment {assignment}",
        "deleteHITs -successfile survey.success -approve -expire",
        "resetAccount",
    ],
)
def test_what_asks_is_2_where_nobody_answers_and_nothing_is_done(prompt, worked, line):
    run = prompt.mturk(*words(line, **living(worked)))

    assert (run.code, run.out) == (2, "")
    assert "add --force" in run.err
    assert worked.statuses() == ["Submitted"] * 6


def test_a_comment_typed_for_an_approval_reaches_the_worker(prompt, worked):
    assignment = living(worked)["assignment"]
    run = prompt.mturk("approveWork", "-assignment", assignment, keys=f"{ENTER}Well done.{ENTER}")

    assert f"[{assignment}] Assignment successfully approved with comment 'Well done.'" in run.out
    decided = worked.client.get_assignment(AssignmentId=assignment)["Assignment"]
    assert decided["RequesterFeedback"] == "Well done."


def test_assignments_by_name_and_by_file_are_both_rejected(prompt, worked):
    first, second = (one["AssignmentId"] for one in worked.work()[:2])
    worked.write("rejects.txt", f"assignmentIdToReject\tassignmentIdToRejectComment\n{second}\tNo bird.\n")
    run = prompt.mturk("rejectWork", "-assignment", first, "-rejectfile", "rejects.txt", "-force")

    assert f"[{first}] Assignment successfully rejected with comment ()" in run.out
    assert f"[{second}] Assignment successfully rejected with comment (No bird.)" in run.out
    assert worked.statuses() == ["Rejected"] * 2 + ["Submitted"] * 4
