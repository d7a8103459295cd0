from __future__ import annotations

from decimal import Decimal

import pytest

from mturk_tasks.commands.surveys import bonus, cleanup, load
from mturk_tasks.commands.surveys.bonus import PAY, SKIP, Bonus
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError, InsufficientFunds, RecordsError
from tests.bench import Crash, Strike
from tests.crashes import struck_at

HEADER = "workerid\tassignmentid\tamount\treason"
CALLS = ["GetAccountBalance", *["SendBonus"] * 3]
STRANGER = "3NOSUCHASSIGNMENT00000000000000"


@pytest.fixture
def work(bench):
    """Three pieces of submitted work, all of one worker, by assignment ID."""
    load.run(bench.context(), LoadRequest())
    ids = [bench.submit("AONE", hit["HITId"]) for hit in bench.hits()]
    bench.strike.calls.clear()
    return ids


def one_of(work, amount="0.50", reason="Good."):
    return Bonus("AONE", work[0], Decimal(amount), reason)


def paid(bench, assignment_id):
    payments = bench.client.list_bonus_payments(AssignmentId=assignment_id)["BonusPayments"]
    return sorted(one["BonusAmount"] for one in payments)


def bonuses(bench, *rows):
    return bench.write("extra.txt", "\n".join([HEADER, *("\t".join(row) for row in rows)]) + "\n")


@pytest.fixture
def file(bench, work):
    return bonuses(bench, *(("AONE", one, f"0.{n}0", "Good.") for n, one in enumerate(work, 1)))


def struck(bench, act, call, *, after):
    bench.strike = Strike(call, after)
    with pytest.raises(Crash):
        act(bench.context())
    bench.strike = Strike()


def test_one_bonus_is_paid_and_said(bench, work):
    summary = bonus.pay(bench.context(), one_of(work))

    assert paid(bench, work[0]) == ["0.50"]
    assert (summary.lines, summary.exit_code) == (("Granted bonus to AONE",), 0)


def test_one_bonus_is_paid_each_time_it_is_asked_for(bench, work):
    for _ in range(3):
        bonus.pay(bench.context(), one_of(work))
    assert paid(bench, work[0]) == ["0.50"] * 3


def test_a_bonus_that_is_refused_says_why_and_is_1(bench, work, capsys):
    summary = bonus.pay(bench.context(), Bonus("AONE", STRANGER, Decimal(1), "Good."))

    assert (summary.counts, summary.exit_code) == ({"paid": 0, "failed": 1}, 1)
    assert f"Error granting bonus for {STRANGER}: " in capsys.readouterr().err


@pytest.mark.crash
@pytest.mark.parametrize(("call", "after"), [(2, False), (2, True)], ids=["before", "after"])
def test_a_bonus_whose_fate_is_not_known_is_gone_on_with_and_paid_once(bench, work, call, after):
    struck(bench, lambda context: bonus.pay(context, one_of(work)), call, after=after)
    summary = bonus.pay(bench.context(), one_of(work))

    assert paid(bench, work[0]) == ["0.50"]
    assert summary.counts == {"paid": 1, "failed": 0}


def test_after_that_it_is_paid_anew_again(bench, work):
    struck(bench, lambda context: bonus.pay(context, one_of(work)), 2, after=True)
    for _ in range(2):
        bonus.pay(bench.context(), one_of(work))
    assert paid(bench, work[0]) == ["0.50"] * 2


def test_another_amount_is_another_bonus(bench, work):
    struck(bench, lambda context: bonus.pay(context, one_of(work)), 2, after=True)
    bonus.pay(bench.context(), one_of(work, amount="0.75"))
    assert paid(bench, work[0]) == ["0.50", "0.75"]


def test_more_than_a_day_later_a_bonus_that_was_paid_is_found(bench, work, capsys):
    struck(bench, lambda context: bonus.pay(context, one_of(work)), 2, after=True)
    bench.later(hours=25)
    bonus.pay(bench.context(), one_of(work))

    assert paid(bench, work[0]) == ["0.50"]
    assert f"the bonus for {work[0]} was paid before" in capsys.readouterr().err


def test_more_than_a_day_later_one_that_is_not_found_is_for_the_requester_to_decide(bench, work):
    struck(bench, lambda context: bonus.pay(context, one_of(work)), 2, after=False)
    bench.later(hours=25)
    with pytest.raises(RecordsError, match="--uncertain pay pays it, --uncertain skip leaves it"):
        bonus.pay(bench.context(), one_of(work))
    assert paid(bench, work[0]) == []


@pytest.mark.parametrize(("answer", "amounts"), [(PAY, ["0.50"]), (SKIP, [])])
def test_the_requester_has_it_paid_or_left(bench, work, answer, amounts):
    struck(bench, lambda context: bonus.pay(context, one_of(work)), 2, after=False)
    bench.later(hours=25)
    bonus.pay(bench.context(), one_of(work), uncertain=answer)
    assert paid(bench, work[0]) == amounts


def test_all_bonuses_of_a_file_are_paid_after_a_plan_with_the_money(bench, work, file, capsys):
    summary = bonus.pay_file(bench.context(), file)

    assert [paid(bench, one) for one in work] == [["0.10"], ["0.20"], ["0.30"]]
    assert summary.lines == ("  3 bonuses paid, $0.60 in all.",)
    assert "You are about to pay 3 bonuses ($0.72 with fees)." in capsys.readouterr().err


def test_a_file_that_is_given_again_pays_nothing_twice(bench, work, file, capsys):
    bonus.pay_file(bench.context(), file)
    summary = bonus.pay_file(bench.context(), file)

    assert [paid(bench, one) for one in work] == [["0.10"], ["0.20"], ["0.30"]]
    assert summary.lines == ("No bonus is left to pay.",)
    assert "3 rows paid before and left out" in capsys.readouterr().err


def test_a_row_that_is_added_is_paid_and_the_others_are_not(bench, work, file):
    bonus.pay_file(bench.context(), file)
    file.write_text(f"{file.read_text()}AONE\t{work[0]}\t1.00\tMore.\n", encoding="utf-8")
    bonus.pay_file(bench.context(), file)
    assert [paid(bench, one) for one in work] == [["0.10", "1.00"], ["0.20"], ["0.30"]]


@pytest.fixture
def twice(bench, work):
    return bonuses(bench, *[("AONE", work[0], "0.50", "Good.")] * 2, ("AONE", work[1], "0.50", "Good."))


def test_equal_rows_are_named_and_nothing_is_paid(bench, work, twice):
    for context in (bench.context(dry=True), bench.context()):
        with pytest.raises(FileError, match=r"extra.txt:3: is the same bonus as line 2; .* --repeated"):
            bonus.pay_file(context, twice)

    assert [paid(bench, one) for one in work] == [[], [], []]


def test_equal_rows_that_are_meant_are_as_many_bonuses(bench, work, twice):
    bonus.pay_file(bench.context(), twice, repeated=True)
    bonus.pay_file(bench.context(), twice)  # where nothing is left to pay, nothing is refused

    assert paid(bench, work[0]) == ["0.50", "0.50"]


def test_a_row_that_is_put_beside_its_equal_later_is_refused_too(bench, work, twice):
    lines = twice.read_text()
    twice.write_text("".join(lines.splitlines(keepends=True)[:2]))
    bonus.pay_file(bench.context(), twice)
    twice.write_text(lines)
    with pytest.raises(FileError, match="same bonus as line 2"):
        bonus.pay_file(bench.context(), twice)

    assert paid(bench, work[0]) == ["0.50"]


def test_a_file_is_remembered_when_its_set_was_put_aside(bench, work, file):
    bonus.pay_file(bench.context(), file)
    cleanup.run(bench.context(), approve=True, expire=True)
    load.run(bench.context(), LoadRequest())
    summary = bonus.pay_file(bench.context(), file)

    assert summary.lines == ("No bonus is left to pay.",)


def test_every_mistake_of_a_file_is_said_before_anything_is_paid(bench, work):
    good = ("AONE", work[0], "0.50", "Good.")
    bad = [("who", work[0], "1", "r"), ("AONE", work[0], "much", "r"), ("AONE", work[0], "1", "")]
    with pytest.raises(FileError) as caught:
        bonus.pay_file(bench.context(), bonuses(bench, good, *bad))

    assert [problem.line for problem in caught.value.problems] == [3, 4, 5]
    assert paid(bench, work[0]) == []


def test_a_file_without_a_column_is_refused(bench, work):
    path = bench.write("extra.txt", "workerid\tamount\nAONE\t1\n")
    with pytest.raises(FileError, match="has no column assignmentid, reason"):
        bonus.pay_file(bench.context(), path)


def test_rows_that_fail_stand_in_a_file_of_their_own_until_they_do_not(bench, work):
    bad = ("AONE", STRANGER, "0.50", "Good.")
    summary = bonus.pay_file(bench.context(), bonuses(bench, bad, ("AONE", work[0], "0.50", "Good.")))
    failure = bench.folder / "extra.txt.failure"

    assert (summary.counts, summary.exit_code) == ({"paid": 1, "failed": 1}, 1)
    assert failure.read_text(encoding="utf-8").splitlines() == [HEADER, "\t".join(bad)]
    bonus.pay_file(bench.context(), bonuses(bench, ("AONE", work[0], "0.50", "Good.")))
    assert not failure.exists()


def test_what_the_money_does_not_cover_is_refused_before_the_first(bench, work):
    rows = [("AONE", one, "4000", "Good.") for one in work]
    with pytest.raises(InsufficientFunds, match=r"There is \$10000\.00; none was paid\."):
        bonus.pay_file(bench.context(), bonuses(bench, *rows))
    assert [paid(bench, one) for one in work] == [[], [], []]


@pytest.mark.parametrize(
    "act",
    [
        lambda context, file, _: bonus.pay_file(context, file),
        lambda context, _, work: bonus.pay(context, one_of(work)),
    ],
    ids=["file", "one"],
)
def test_a_dry_run_pays_nothing_and_says_what_it_would(bench, work, file, act):
    summary = act(bench.context(dry=True), file, work)

    assert summary.lines[0].startswith("Dry run: You are about to pay")
    assert [paid(bench, one) for one in work] == [[], [], []]


def test_a_dry_run_names_bonuses_for_work_that_their_workers_did_not_do(bench, work):
    rows = bonuses(bench, ("AONE", work[0], "1", "Good."), ("ATWO", work[1], "1", "Good."))
    summary = bonus.pay_file(bench.context(dry=True), rows)

    assert summary.lines[1:] == (
        f"Error granting bonus for {work[1]}: ATWO did not submit it, another worker did",
    )
    assert (summary.counts, summary.exit_code) == ({"planned": 1, "failed": 1}, 1)


def test_a_dry_run_names_bonuses_for_work_that_there_is_not(bench, work):
    summary = bonus.pay(bench.context(dry=True), Bonus("AONE", STRANGER, Decimal(1), "Good."))

    assert summary.lines[1].startswith(f"Error granting bonus for {STRANGER}: Assignment {STRANGER}")
    assert summary.exit_code == 1


def test_a_bonus_for_another_workers_work_is_refused_in_words_of_the_task(bench, work, capsys):
    bonus.pay(bench.context(), Bonus("ATWO", work[0], Decimal(1), "Good."))

    assert capsys.readouterr().err.endswith(
        f"Error granting bonus for {work[0]}: ATWO did not submit it, another worker did\n"
    )


@pytest.mark.crash
@struck_at(CALLS)
def test_a_file_that_dies_is_finished_with_every_bonus_paid_once(bench, work, file, call, after):
    struck(bench, lambda context: bonus.pay_file(context, file), call, after=after)
    summary = bonus.pay_file(bench.context(), file)

    assert [paid(bench, one) for one in work] == [["0.10"], ["0.20"], ["0.30"]]
    assert summary.exit_code == 0


def test_a_file_makes_the_calls_that_are_struck_here(bench, file):
    bonus.pay_file(bench.context(), file)
    assert bench.strike.calls == CALLS


@pytest.mark.parametrize(("after", "answer"), [(True, ""), (False, PAY)], ids=["paid", "lost"])
def test_a_file_that_died_is_finished_more_than_a_day_later(bench, work, file, after, answer):
    struck(bench, lambda context: bonus.pay_file(context, file), 3, after=after)
    bench.later(hours=25)
    bonus.pay_file(bench.context(), file, uncertain=answer)

    assert [paid(bench, one) for one in work] == [["0.10"], ["0.20"], ["0.30"]]


def test_another_process_that_paid_meanwhile_is_noticed(bench, work, file, monkeypatch):
    context = bench.context()
    monkeypatch.setattr(context, "announce", lambda _plan: bonus.pay_file(bench.context(), file))

    bonus.pay_file(context, file)

    assert [paid(bench, one) for one in work] == [["0.10"], ["0.20"], ["0.30"]]


def test_no_worker_can_be_told_from_a_journal(bench):
    """Neither by the service's own words nor by guessing at a key made of known words."""
    from mturk_tasks.files import decisions

    load.run(bench.context(), LoadRequest())
    path = bench.write(
        "pay.txt",
        "workerid\tassignmentid\tamount\treason\nAZZZ999ZZ\t3NOSUCHASSIGNMENT\t0.10\tThanks\n",
    )
    bonus.pay_file(bench.context(), path)
    text = bench.read("birds.journal")

    assert "AZZZ999ZZ" not in text
    assert decisions.read(path).rows[0].key not in text
