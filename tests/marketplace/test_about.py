"""A marketplace knows which one it is and what it takes: it stands in its database."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.lib.money import FeeTable, describe_fee, fee_name, fee_named, flat_fee
from mturk_tasks.marketplace.due import process_due
from mturk_tasks.marketplace.records.ledger import get_account_balance
from mturk_tasks.marketplace.storage import about, opening
from mturk_tasks.marketplace.storage.transactions import read_transaction


def test_the_id_stays_and_the_fee_is_amazons_until_another_is_set(tmp_path):
    told = []
    for _ in range(2):
        with opening.open_store(tmp_path / "market.db") as store, store.reading() as db:
            told.append(about.read(db))

    assert told[0] == told[1]
    assert told[0].fee == "amazon"


def test_two_marketplaces_have_two_ids(tmp_path):
    ids = set()
    for name in ("one.db", "two.db"):
        with opening.open_store(tmp_path / name) as store, store.reading() as db:
            ids.add(about.read(db).marketplace_id)
    assert len(ids) == 2


def test_a_process_that_runs_takes_the_fee_that_another_one_has_set(tmp_path, at):
    with (
        opening.open_store(tmp_path / "market.db") as running,
        opening.open_store(tmp_path / "market.db") as other,
    ):
        about.set_fee(other, "0.1")
        process_due(running, at.now)
        with read_transaction(running, at.now) as transaction:
            assert transaction.fees == flat_fee(Decimal("0.1"))
        about.set_fee(other, "amazon")
        process_due(running, at.now)
        with read_transaction(running, at.now) as transaction:
            assert transaction.fees == FeeTable()


def test_a_fee_that_is_none_ends_with_a_sentence(tmp_path, at):
    with opening.open_store(tmp_path / "market.db") as store:
        about.set_fee(store, "much")
        with (
            pytest.raises(MTurkTasksError, match="the marketplace's fee is 'much'"),
            read_transaction(store, at.now),
        ):
            pass


@pytest.mark.parametrize("name", ["amazon", "0", "0.1", "0.125", "1"])
def test_a_fee_is_named_and_read_back(name):
    fee = fee_named(name)
    assert fee is not None
    assert fee_name(fee) == name


@pytest.mark.parametrize("name", ["", "much", "-0.1", "1.1", "NaN", "1E-2", "0.1234567891"])
def test_what_names_no_fee_is_none(name):
    assert fee_named(name) is None


@pytest.mark.parametrize(("name", "said"), [("0", "none"), ("0.1", "10 %"), ("0.125", "12.5 %")])
def test_a_fee_is_described_in_few_words(name, said):
    fee = fee_named(name)
    assert fee is not None
    assert describe_fee(fee) == said


def test_the_balance_tells_where_the_marketplace_was_served_last(tmp_path, at):
    with opening.open_store(tmp_path / "market.db") as store:
        process_due(store, at.now)
        with read_transaction(store, at.now) as transaction:
            assert "Address" not in get_account_balance(transaction, {})
        about.remember_address(store, "https://market.example.org/")
        process_due(store, at.now)
        with read_transaction(store, at.now) as transaction:
            assert get_account_balance(transaction, {})["Address"] == "https://market.example.org"


def test_a_process_that_serves_tells_its_own_address(tmp_path, at):
    with opening.open_store(tmp_path / "market.db") as store:
        about.remember_address(store, "https://another.example.org")
        store.address = "https://market.example.org"
        process_due(store, at.now)
        with read_transaction(store, at.now) as transaction:
            assert get_account_balance(transaction, {})["Address"] == "https://market.example.org"
