"""How words are read: an old command passes over what the old tools passed over, a task refuses it."""

from __future__ import annotations

import pytest

from mturk_tasks.errors import UsageError
from mturk_tasks.tasks.commandline import Command, modern

BONUS = ("workerid", "assignment", "amount", "reason")
COMMANDS = {
    "grantBonus": Command(
        "grantBonus",
        {name: f"--{name}" for name in (*BONUS, "sandbox")},
        frozenset(f"--{name}" for name in BONUS),
        old=True,
    ),
    "bonus": Command("bonus", {"amount": "--amount", "dry": "--dry"}, frozenset({"--amount"})),
    "review": Command("review", {}, frozenset()),
}


def read(*words):
    return modern(words, COMMANDS)


def test_an_empty_word_is_nothing_to_an_old_command():
    one = read("", "grantBonus", "", "-amount", "1", "", " ", "-sandbox", "")
    assert (one.words, one.notes) == (["grantBonus", "--amount=1", "--sandbox"], [])


def test_an_empty_value_stays_one():
    one = read("grantBonus", "-reason", "", "-amount", "1")
    assert (one.words, one.notes) == (["grantBonus", "--reason=", "--amount=1"], [])


def test_of_a_text_without_quotes_the_first_word_counts_and_the_rest_is_named():
    one = read("grantBonus", "-amount", "0.10", "-reason", "performance", "bonus")

    assert one.words == ["grantBonus", "--amount=0.10", "--reason=performance"]
    assert one.notes == ["'bonus' is ignored, as the old tools did; put texts of several words in quotes"]


@pytest.mark.parametrize("order", ["before", "behind"])
def test_a_word_of_a_text_is_no_option_that_is_given_elsewhere(order):
    amount, reason = ["-amount", "0.10"], ["-reason", "fair", "amount", "of", "work"]
    one = read("grantBonus", *(amount + reason if order == "before" else reason + amount))

    assert {"--amount=0.10", "--reason=fair"} < set(one.words)
    assert [note.partition(" are ")[0] for note in one.notes] == ["'amount', 'of', 'work'"]


def test_a_word_of_a_text_starts_no_other_command():
    one = read("grantBonus", "-amount", "1", "-reason", "please", "review")
    assert one.words == ["grantBonus", "--amount=1", "--reason=please"]


def test_a_long_list_of_surplus_words_is_cut():
    (note,) = read("grantBonus", *(f"{number}.txt" for number in range(1466))).notes
    assert note.startswith("'0.txt', '1.txt', '2.txt', '3.txt', '4.txt' and 1461 more are ignored")


def test_an_option_without_its_dash_that_takes_no_value_is_named_as_one():
    one = read("grantBonus", "-amount", "1", "sandbox")

    assert one.words == ["grantBonus", "--amount=1"]
    assert one.notes == ["'sandbox' is ignored, as the old tools did; the option is -sandbox"]


def test_of_an_option_given_twice_an_old_command_takes_the_first_and_names_the_other():
    one = read("grantBonus", "-amount", "1", "--AMOUNT=5", "-sandbox", "-sandbox")

    assert [word for word in one.words if "amount" in word] == ["--amount=1"]
    assert one.notes == ["-amount '5' is ignored; of an option given twice the first counts, as it did"]


def test_an_option_glued_to_a_value_is_still_refused():
    with pytest.raises(UsageError, match="write a blank before -reason"):
        read("grantBonus", "-workerid", "A3XYZ-reason", "Very good.", "-amount", "1")


def test_a_value_that_only_ends_like_an_option_is_none():
    one = read("grantBonus", "-workerid", "A-reason", "bonus", "-reason", "x")
    assert (one.words[1:], len(one.notes)) == (["--workerid=A-reason", "--reason=x"], 1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["bonus", ""], "bonus does not know what to do with ''"),
        (["bonus", "-amount", "1", "please"], "bonus does not know what to do with 'please'"),
        (["bonus", "-amount", "1", "-amount", "2"], "--amount is given twice, and '2' the second time"),
        (["grantBonus", "-amuont", "1"], "grantBonus has no option -amuont; did you mean -amount?"),
    ],
    ids=["an empty word", "a surplus word", "a doubled option", "an unknown option of an old command"],
)
def test_what_is_not_understood_is_refused(words, sentence):
    with pytest.raises(UsageError) as refused:
        read(*words)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("word", ["bonu", "bonuss"])
def test_no_hint_names_the_command_itself(word):
    with pytest.raises(UsageError) as refused:
        read("bonus", word)
    assert "did you mean bonus" not in str(refused.value)


def test_tasks_still_stand_one_behind_the_other():
    assert read("bonus", "-dry", "review").words == ["bonus", "--dry", "review"]


@pytest.mark.parametrize("words", [["--json", "-sandbox", "bonus"], ["x", "--", "a b", ""], ["--complete"]])
def test_behind_two_dashes_every_word_is_the_programs(words):
    commands = {**COMMANDS, "run": Command("run", {"at": "--at"}, frozenset({"--at"}), runs="PROGRAM")}
    one = modern(["run", "-at", "url", "--", *words], commands)

    assert (one.words, one.notes) == (["run", "--at=url", "--", *words], [])
