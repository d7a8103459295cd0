"""The tasks about a marketplace's requesters, as its operator types them."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone

import pytest

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.server.keys import KeyFile, Keys
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.tasks import options

MARKET = ("--database", "market.db")
SHOWN = re.compile(r"export AWS_ACCESS_KEY_ID=(\S+)\nexport AWS_SECRET_ACCESS_KEY=(\S+)\n")


@pytest.fixture
def find(shell, home):
    """Look an access key up, as the server does."""

    def look(access_key_id):
        with opening.open_store(shell.folder / "market.db") as store:
            keys = Keys(store, KeyFile(home / "marketplace.key"))
            return keys.find(access_key_id, datetime.now(timezone.utc))

    return look


def test_adding_a_requester_shows_a_key_that_works(shell, find):
    said = shell.do("marketplace.requester-add", "lab", *MARKET)
    key, secret = SHOWN.search(said).groups()

    assert said.startswith("lab is a requester now. Its access key is shown this once")
    assert find(key).secret == secret


def test_a_program_gets_the_key_as_json(shell, find):
    said = json.loads(shell.do("marketplace.requester-add", "lab", *MARKET, "--json"))

    assert said["command"] == "requester-add"
    assert find(said["facts"]["access_key_id"]).secret == said["facts"]["secret_access_key"]


def test_the_list_shows_money_and_keys_and_no_secret(shell):
    _, secret = SHOWN.search(shell.do("marketplace.requester-add", "lab", *MARKET)).groups()
    shell.do("marketplace.requester-fund", "lab", "--amount", "25.00", *MARKET)
    said = shell.do("marketplace.requester-list", *MARKET)

    assert re.search(r"^lab +A\w+ +\d{4}-\d\d-\d\d +active +\$25\.00 +MTRK\w{16}$", said, re.MULTILINE)
    assert secret not in said


def test_the_sandbox_has_its_own_requester_with_play_money(shell):
    (item,) = json.loads(shell.do("marketplace.requester-list", "--json"))["items"]

    assert (item["name"], item["id"], item["balance"]) == ("sandbox", "ASANDBOX", "$10000.00")


def test_a_rotation_ends_the_old_key(shell, find):
    old, _ = SHOWN.search(shell.do("marketplace.requester-add", "lab", *MARKET)).groups()
    said = shell.do("marketplace.requester-rotate", "lab", *MARKET)
    new, secret = SHOWN.search(said).groups()

    assert said.startswith("lab has a new access key; the old ones have ended.")
    assert find(old) is None
    assert find(new).secret == secret


def test_a_rotation_can_let_the_old_key_go_on(shell, find):
    old, _ = SHOWN.search(shell.do("marketplace.requester-add", "lab", *MARKET)).groups()
    said = shell.do("marketplace.requester-rotate", "lab", "--keep-hours", "48", *MARKET)

    assert "the old ones go on for 48 h" in said
    assert find(old)


def test_a_requester_is_disabled_and_enabled(shell, find):
    key, _ = SHOWN.search(shell.do("marketplace.requester-add", "lab", *MARKET)).groups()
    assert shell.do("marketplace.requester-disable", "lab", *MARKET) == "lab may not call any more\n"
    assert find(key) is None
    assert shell.do("marketplace.requester-disable", "lab", "--enable", *MARKET) == "lab may call again\n"

    assert find(key)


def test_funding_says_what_there_is(shell):
    shell.do("marketplace.requester-add", "lab", *MARKET)
    shell.do("marketplace.requester-fund", "lab", "--amount", "25.00", *MARKET)
    said = shell.do("marketplace.requester-fund", "lab", "--amount", "$0.50", *MARKET)

    assert said == "lab got $0.50 and has $25.50 to spend\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("requester-add", "a/b", *MARKET), "'a/b' cannot name a requester"),
        (("requester-rotate", "nobody"), "there is no requester nobody"),
        (("requester-disable", "nobody"), "there is no requester nobody"),
        (("requester-rotate", "lab", *MARKET), "there is no marketplace at market.db"),
        (("requester-fund", "lab", "--amount", "1", *MARKET), "there is no marketplace at market.db"),
        (("requester-list", *MARKET), "there is no marketplace at market.db"),
        (("requester-fund", "lab", *MARKET), "Missing: --amount"),
        (("requester-fund", "lab", "--amount", "-1", *MARKET), "is no amount of dollars"),
        (("requester-fund", "sandbox", "--amount", "1"), "play money"),
        (("requester-rotate", "lab", "--keep-hours", "soon", *MARKET), "takes a whole number"),
        (("requester-list", "--database", "mysql://x/y"), "names no marketplace"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(shell, words, said):
    ended = shell.inv(f"marketplace.{words[0]}", *words[1:])

    assert ended.code == 2
    assert said in ended.err
    assert not (shell.folder / "market.db").exists() or words[0] == "requester-add"


def test_a_name_is_taken_only_once(shell):
    shell.do("marketplace.requester-add", "lab", *MARKET)

    assert "there is a requester lab already" in shell.inv("marketplace.requester-add", "lab", *MARKET).err


@pytest.mark.parametrize("task", ["requester-add", "requester-rotate", "requester-disable"])
def test_what_cannot_be_tried_is_not_done_dry(shell, home, task):
    ended = shell.inv("--dry", f"marketplace.{task}", "lab")

    assert ended.code == 2
    assert "leave --dry out" in ended.err
    assert not home.exists()


def test_a_dry_list_makes_no_sandbox(shell, home):
    assert "ASANDBOX" in shell.do("--dry", "marketplace.requester-list")
    assert not home.exists()


@pytest.mark.parametrize("text", ["market", "ftp://a", "https://a/b", "http:/a"])
def test_a_public_address_is_one_of_a_site(text):
    with pytest.raises(UsageError):
        options.read_url("--public-url", text)
