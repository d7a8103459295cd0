from __future__ import annotations

import pytest

from mturk_tasks.commands.qualifications import grants
from mturk_tasks.commands.qualifications.folder import FolderQualification
from mturk_tasks.commands.qualifications.grants import Recipients, last_actions
from mturk_tasks.errors import DoesNotExist, FileError, ServiceError, UsageError
from tests.bench import Crash, Strike
from tests.crashes import struck_at

LOOKS = ["GetAccountBalance", "GetQualificationType", "ListWorkerBlocks", "GetAccountBalance"]
CALLS = [*LOOKS, *["AssociateQualificationWithWorker"] * 3]


@pytest.fixture
def made(school):
    school.without_test()
    school.create()
    return school


def file_of(school, text, name="scores.txt"):
    return Recipients.of_file(school.write(name, text))


def assign(school, to, **options):
    return grants.assign(school.context(), school.qualification(), to, **options)


def test_a_worker_is_given_the_qualification_and_told(made, capsys):
    assign(made, Recipients.named(["AONE"]), score=100)
    assert made.scores() == {"AONE": 100}
    assert made.messages("AONE")[0].text == "Your score is 100."
    type_id = made.qualification().type_id
    assert capsys.readouterr().out == f"Assigned qualification {type_id} to AONE with value 100\n"


def test_without_a_score_it_is_the_default(made, capsys):
    assign(made, Recipients.named(["AONE"]))
    assert made.scores() == {"AONE": 1}
    assert "to AONE with default value" in capsys.readouterr().out


def test_a_worker_is_not_told_where_that_is_not_wanted(made):
    assign(made, Recipients.named(["AONE"]), notify=False)
    assert made.messages("AONE") == []


def test_of_a_file_a_rows_own_score_wins_over_the_one_given(made):
    assign(made, file_of(made, "workerid\tscore\nAONE\t5\nATWO\t\n"), score=9)
    assert made.scores() == {"AONE": 5, "ATWO": 9}


def test_a_file_without_scores_is_fine(made):
    assign(made, file_of(made, "workerid\nAONE\nATWO\n"))
    assert made.scores() == {"AONE": 1, "ATWO": 1}


def test_a_row_may_end_behind_the_worker(made):
    assign(made, file_of(made, "workerid\tscore\nAONE\t5\nATWO\n"), score=9)
    assert made.scores() == {"AONE": 5, "ATWO": 9}


def test_the_same_file_given_again_does_nothing(made, capsys):
    for _ in range(2):
        assign(made, file_of(made, "workerid\tscore\nAONE\t5\n"))
    assert len(made.messages("AONE")) == 1
    assert "1 row done before and left out" in capsys.readouterr().err


def test_a_file_that_has_grown_does_what_is_new(made):
    assign(made, file_of(made, "workerid\tscore\nAONE\t5\n"))
    assign(made, file_of(made, "workerid\tscore\nATWO\t6\nAONE\t5\n"))
    assert (made.scores(), len(made.messages("AONE"))) == ({"AONE": 5, "ATWO": 6}, 1)


def test_after_a_revocation_the_same_file_grants_again(made):
    listed = "workerid\tscore\nAONE\t5\n"
    assign(made, file_of(made, listed))
    grants.revoke(made.context(), made.qualification(), Recipients.named(["AONE"]))
    assert made.scores() == {}
    assign(made, file_of(made, listed))
    assert made.scores() == {"AONE": 5}


def test_after_another_score_the_same_file_sets_its_own_again(made):
    listed = "workerid\tscore\nAONE\t5\n"
    assign(made, file_of(made, listed))
    grants.rescore(made.context(), made.qualification(), Recipients.named(["AONE"]), score=7)
    assert made.scores() == {"AONE": 7}
    assign(made, file_of(made, listed))
    assert made.scores() == {"AONE": 5}


def test_a_blocked_worker_stops_the_file_before_any_grant(made):
    made.client.create_worker_block(WorkerId="ATWO", Reason="why")
    with pytest.raises(FileError, match=r"scores.txt:3: worker ATWO is blocked"):
        assign(made, file_of(made, "workerid\nAONE\nATWO\n"))
    assert made.scores() == {}


@pytest.mark.parametrize("name", ["W1", "aone", "", "A" * 70])
def test_a_malformed_worker_stops_before_any_grant(made, name):
    with pytest.raises(UsageError, match="is no worker ID"):
        assign(made, Recipients.named(["AONE", name]))
    assert made.scores() == {}


@pytest.mark.parametrize("score", ["x", "1.5", "5 6", "99999999999"])
def test_a_score_that_is_no_whole_number_is_named_with_its_line(made, score):
    with pytest.raises(FileError, match=r"scores.txt:2: score: "):
        file_of(made, f"workerid\tscore\nAONE\t{score}\n")


def test_an_unknown_type_stops_before_any_grant(made):
    with pytest.raises(DoesNotExist):
        grants.assign(made.context(), FolderQualification("3NONE"), Recipients.named(["AONE"]))


def test_a_score_is_changed_of_who_holds_the_qualification(made, capsys):
    assign(made, Recipients.named(["AONE"]))
    grants.rescore(made.context(), made.qualification(), Recipients.named(["AONE"]), score=5)
    assert made.scores() == {"AONE": 5}
    assert "Successfully updated AONE score to 5" in capsys.readouterr().out


def test_a_change_without_a_score_is_refused(made):
    assign(made, Recipients.named(["AONE"]))
    with pytest.raises(FileError, match=r"scores.txt:2: worker AONE has no score"):
        grants.rescore(made.context(), made.qualification(), file_of(made, "workerid\nAONE\n"))


@pytest.mark.parametrize("act", [grants.rescore, grants.revoke])
def test_who_does_not_hold_it_can_neither_have_another_score_nor_lose_it(made, act):
    options = {"score": 5} if act is grants.rescore else {}
    with pytest.raises(UsageError, match="worker AONE does not hold the qualification"):
        act(made.context(), made.qualification(), Recipients.named(["AONE"]), **options)


def test_a_revoked_worker_reads_the_reason(made):
    assign(made, Recipients.named(["AONE"]), notify=False)
    summary = grants.revoke(made.context(), made.qualification(), Recipients.named(["AONE"]), "No longer")
    assert summary.lines == (f"Revoked qual {made.qualification().type_id} from AONE with reason: No longer",)
    assert made.messages("AONE")[0].text == "No longer"


def test_rows_that_fail_are_kept_to_be_given_again(made):
    made.strike = Strike(6, fault=lambda: ServiceError("associate", "X", "cannot now"))
    summary = assign(made, file_of(made, "workerid\tscore\tname\nAONE\t5\tMia\nATWO\t6\tNoa\n"))
    made.strike = Strike()

    assert (summary.exit_code, summary.counts) == (1, {"done": 1, "failed": 1})
    assert made.read("scores.txt.failure") == "workerid\tscore\tname\nATWO\t6\tNoa\n"
    assign(made, Recipients.of_file(made.folder / "scores.txt.failure"))
    assert made.scores() == {"AONE": 5, "ATWO": 6}


def test_a_dry_run_grants_nothing(made):
    summary = grants.assign(made.context(dry=True), made.qualification(), Recipients.named(["AONE"]))
    assert (summary.lines, made.scores()) == (("Dry run: 1 worker would be given it.",), {})


def test_a_journal_holds_no_worker(made):
    assign(made, file_of(made, "workerid\tscore\nAONE\t5\n"))
    grants.revoke(made.context(), made.qualification(), Recipients.named(["AONE"]))
    assert "AONE" not in made.read("trees.journal")


def entry(event, action, item, **more):
    return {"event": event, "action": action, "item": item, "type": "T", **more}


def test_the_last_thing_done_about_a_worker_is_what_counts():
    entries = [
        entry("intent", "grant", "one", worker="w"),
        entry("outcome", "grant", "one", status="done"),
        entry("intent", "revoke", "w", worker="w"),
        entry("outcome", "revoke", "w", status="done"),
        entry("intent", "grant", "two", worker="w"),
        entry("outcome", "grant", "two", status="failed"),
    ]
    assert last_actions(entries[:2], "T") == {"w": ("grant", "one")}
    assert last_actions(entries, "T") == {"w": ("revoke", "w")}
    assert last_actions(entries, "OTHER") == {}


@pytest.mark.crash
@struck_at(CALLS)
def test_grants_that_die_are_finished_with_everybody_granted_once(made, call, after):
    listed = "workerid\tscore\nAONE\t5\nATWO\t6\nATHREE\t7\n"
    made.strike = Strike(call, after)
    with pytest.raises(Crash):
        assign(made, file_of(made, listed))
    made.strike = Strike()
    assign(made, file_of(made, listed))

    assert made.scores() == {"AONE": 5, "ATWO": 6, "ATHREE": 7}
    assert [len(made.messages(name)) for name in ("AONE", "ATWO", "ATHREE")] == [1, 1, 1]


def test_grants_make_the_calls_that_are_struck_here(made):
    made.strike.calls.clear()
    assign(made, file_of(made, "workerid\tscore\nAONE\t5\nATWO\t6\nATHREE\t7\n"))

    assert made.strike.calls == CALLS


def test_a_row_that_says_the_same_again_is_named_and_counts_once(made, capsys):
    assign(made, file_of(made, "workerid\tscore\nAONE\t5\nATWO\t6\n\nAONE\t5\n"))

    assert made.scores() == {"AONE": 5, "ATWO": 6}
    assert len(made.messages("AONE")) == 1
    assert "scores.txt:5: says the same of AONE as line 2, and counts once" in capsys.readouterr().err
