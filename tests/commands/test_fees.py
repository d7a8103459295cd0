"""The fee is the marketplace's: it tells it, and what commands say of money is what it takes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mturk_tasks.client.assignments import AccountBalance, Marketplace
from mturk_tasks.commands.context import CommandSettings
from mturk_tasks.commands.surveys import bonus, check, decide, extend, load, results, review, status
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import InsufficientFunds, Unavailable
from mturk_tasks.lib.money import flat_fee
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.storage import about
from tests.bench import Crash, Strike


@pytest.fixture
def free(bench):
    """A marketplace that takes nothing."""
    about.set_fee(bench.store, "0")
    return bench


def fund(bench, amount: str):
    """Let money be real, and give the requester so much of it."""
    with bench.store.writing() as db:
        db.exec_driver_sql("UPDATE meta SET play = 0")
    bench.store.play = False
    requesters.fund(bench.store, "sandbox", Decimal(amount), bench.market.now())


def worked(bench):
    load.run(bench.context(), LoadRequest())
    return [bench.submit("AONE", hit["HITId"]) for hit in bench.hits()]


def test_a_marketplace_tells_its_fee_with_the_balance(bench):
    assert bench.client.get_account_balance()["Fee"] == "amazon"
    about.set_fee(bench.store, "0.15")

    assert bench.client.get_account_balance()["Fee"] == "0.15"
    assert bench.context().fee == flat_fee(Decimal("0.15"))


def test_a_hit_tells_the_fee_that_it_was_made_with(bench):
    load.run(bench.context(), LoadRequest())
    about.set_fee(bench.store, "0")

    assert {hit["Fee"] for hit in bench.hits()} == {"0.02"}


def test_a_load_costs_what_the_marketplace_takes(free, capsys):
    load.run(free.context(), LoadRequest())
    assert "cost at most $0.60 with fees" in capsys.readouterr().err


def test_a_load_that_takes_the_last_cent_is_taken(free):
    fund(free, "0.60")
    load.run(free.context(), LoadRequest())

    assert free.client.get_account_balance()["AvailableBalance"] == "0.00"


def test_a_load_that_lacks_a_cent_is_refused_before_anything_is_created(free):
    fund(free, "0.59")
    with pytest.raises(InsufficientFunds, match=r"\$0.60 with fees; there is \$0.59"):
        load.run(free.context(), LoadRequest())
    assert free.hits() == []


@pytest.mark.crash
@pytest.mark.parametrize("call", [3, 4, 5])
def test_a_load_for_the_last_cent_that_died_after_a_call_is_resumed(free, call):
    fund(free, "0.60")
    free.strike = Strike(call, after=True)
    with pytest.raises(Crash):
        load.run(free.context(), LoadRequest())
    free.strike = Strike()
    load.run(free.context(), LoadRequest(resume=True))

    assert len(free.hits()) == 3


def test_check_and_a_dry_load_say_what_it_costs_there(free):
    checked = check.run(free.context())
    planned = load.run(free.context(dry=True), LoadRequest())

    assert checked.facts == {"reward": "0.10", "fee": "0", "cost": "0.60", "balance": "10000.00"}
    assert planned.facts == {"label": "birds", **checked.facts}
    assert planned.counts == {"planned": 3, "assignments": 6}


def test_check_warns_of_what_the_balance_does_not_cover(bench, capsys):
    bench.set("reward", "2000")
    summary = check.run(bench.context())

    assert "costs at most $14400.00; there is $10000.00" in capsys.readouterr().err
    assert summary.counts["warnings"] == 1


def test_check_goes_on_where_the_marketplace_cannot_be_asked(bench, capsys):
    bench.strike = Strike(1, fault=lambda: Unavailable("no cable"))
    summary = check.run(bench.context())

    assert (summary.exit_code, summary.facts["cost"]) == (0, "0.72")
    assert "the marketplace was not asked for its fee and the balance: no cable" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (decide.approve, "3 assignment(s). At most $0.30 with fees."),
        (
            lambda context: extend.run(context, extend.ExtendRequest(assignments=1)),
            "(at most $0.30 with fees)",
        ),
    ],
    ids=["approve", "extend"],
)
def test_what_a_command_will_cost_is_said_with_the_marketplaces_fee(free, command, said, capsys):
    worked(free)
    capsys.readouterr()
    command(free.context())

    assert said in capsys.readouterr().err


def test_a_review_and_a_bonus_cost_what_the_marketplace_takes(free, capsys):
    first = worked(free)[0]
    results.run(free.context())
    review.run(free.context())
    bonus.pay(free.context(), bonus.Bonus("AONE", first, Decimal("1.00"), "Thanks"))
    told = capsys.readouterr().err

    assert "approve 3 assignment(s). At most $0.30 with fees." in told
    assert "1 bonus ($1.00 with fees)" in told


def test_a_status_says_what_was_paid_there(free):
    for assignment in worked(free):
        free.client.approve_assignment(AssignmentId=assignment)
    facts = status.run(free.context()).facts

    assert (facts["paid"], facts["still_to_pay_at_most"], facts["fee"]) == ("0.30", "0.30", "0")


def test_what_hits_cost_stays_when_the_fee_is_changed(bench):
    for assignment in worked(bench):
        bench.client.approve_assignment(AssignmentId=assignment)
    about.set_fee(bench.store, "0.5")

    assert status.run(bench.context()).facts["paid"] == "0.36"


def test_what_masters_do_is_counted_with_the_higher_fee(bench):
    bench.set("reward", "1.00")
    asked = "qualification.1: 2F1QJWKUDD8XADTFD2Q0G6UTO95ALH\nqualification.comparator.1: exists\n"
    bench.write("birds.properties", bench.read("birds.properties") + asked)
    load.run(bench.context(), LoadRequest())

    assert status.run(bench.context()).facts["still_to_pay_at_most"] == "7.50"


def test_a_configured_fee_is_for_services_that_tell_none(bench, capsys):
    configured = CommandSettings(fee=flat_fee(Decimal("0.5")))
    told, silent = (
        replace(bench.context(), settings=configured),
        replace(bench.context(), settings=configured),
    )
    silent.account = AccountBalance(Decimal(10), Marketplace())

    assert silent.fee == flat_fee(Decimal("0.5"))
    assert capsys.readouterr().err == ""
    assert told.fee == bench.context().fee
    assert "mturk: fee: in invoke.yaml is not used" in capsys.readouterr().err
