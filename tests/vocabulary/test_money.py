from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.lib.money import FeeTable, flat_fee, format_usd, parse_usd

AMAZON = FeeTable()
QUICK = settings(deadline=None, max_examples=60, database=None)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0.06", "0.06"),
        ("$0.06", "0.06"),
        ("$ 0.06", "0.06"),
        ("  0.06 ", "0.06"),
        ("0.06 USD", "0.06"),
        ("0.06usd", "0.06"),
        (".5", "0.50"),
        ("1", "1.00"),
        ("1.", "1.00"),
        ("0", "0.00"),
        ("1234.5", "1234.50"),
    ],
)
def test_an_amount_is_read_with_two_decimals(text, amount):
    assert str(parse_usd(text)) == amount


@pytest.mark.parametrize(
    "text",
    ["", " ", "$", ".", "0,06", "-1", "abc", "0.065", "1e2", "1.2.3", "0.06 EUR", "1 000", "NaN", "9" * 40],
)
def test_anything_else_is_no_amount(text):
    with pytest.raises(ValueError, match="no amount of dollars"):
        parse_usd(text)


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "$0.00"), ("0.05", "$0.05"), ("10000", "$10000.00"), ("1234.5", "$1234.50")],
)
def test_an_amount_is_written_with_two_decimals(amount, text):
    assert format_usd(Decimal(amount)) == text


@QUICK
@given(st.integers(0, 10**9))
def test_a_written_amount_reads_back(cents):
    amount = Decimal(cents) / 100

    assert parse_usd(format_usd(amount)) == amount


@pytest.mark.parametrize(
    ("reward", "assignments", "fee"),
    [
        pytest.param("0.05", 3, "0.01", id="twenty percent"),
        pytest.param("0.00", 1, "0.01", id="at least a cent"),
        pytest.param("0.07", 1, "0.01", id="0.014 is rounded down"),
        pytest.param("0.08", 1, "0.02", id="0.016 is rounded up"),
        pytest.param("0.125", 1, "0.03", id="half a cent is rounded up"),
        pytest.param("1.00", 9, "0.20", id="nine assignments have no surcharge"),
        pytest.param("1.00", 10, "0.40", id="ten have"),
    ],
)
def test_the_fee_on_a_reward(reward, assignments, fee):
    assert AMAZON.on_reward(Decimal(reward), assignments) == Decimal(fee)


@pytest.mark.parametrize(("reward", "assignments", "fee"), [("0.50", 1, "0.13"), ("1.00", 10, "0.45")])
def test_masters_cost_more_and_the_fee_is_rounded_once(reward, assignments, fee):
    assert AMAZON.on_reward(Decimal(reward), assignments, masters=True) == Decimal(fee)
    assert flat_fee(Decimal(0)).on_reward(Decimal(reward), assignments, masters=True) == 0


@pytest.mark.parametrize(
    ("reward", "assignments", "total"), [("0.05", 3, "0.18"), ("1.00", 10, "14.00"), ("0.00", 2, "0.02")]
)
def test_what_a_hit_costs_in_all(reward, assignments, total):
    fee = AMAZON.on_reward(Decimal(reward), assignments)

    assert (Decimal(reward) + fee) * assignments == Decimal(total)


@pytest.mark.parametrize(
    ("amount", "fee"), [("10.00", "2.00"), ("0.01", "0.01"), ("0.52", "0.10"), ("0.53", "0.11")]
)
def test_the_fee_on_a_bonus_has_no_surcharge(amount, fee):
    assert AMAZON.on_bonus(Decimal(amount)) == Decimal(fee)


@pytest.mark.parametrize(
    ("rate", "reward", "fee"), [("0.1", "0.25", "0.03"), ("0.1", "0.24", "0.02"), ("0", "5.00", "0.00")]
)
def test_an_operator_may_take_one_rate_for_everything(rate, reward, fee):
    table = flat_fee(Decimal(rate))

    assert table.on_reward(Decimal(reward), 1) == Decimal(fee)
    assert table.on_reward(Decimal(reward), 100) == Decimal(fee)
    assert table.on_bonus(Decimal(reward)) == Decimal(fee)


def test_where_nothing_is_taken_not_even_a_cent_is():
    assert flat_fee(Decimal(0)).on_reward(Decimal(1), 10) == 0
    assert flat_fee(Decimal(0)).on_bonus(Decimal(1)) == 0
