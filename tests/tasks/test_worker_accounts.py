"""Accounts of workers, made and ended from behind the counter; and the whole way from load to approval."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from datetime import datetime, timezone

import pytest

from mturk_tasks.marketplace.serve import Options
from mturk_tasks.marketplace.storage import about, opening
from mturk_tasks.marketplace.web.accounts import accounts, invitations
from tests.tasks.shell import INV

pytestmark = pytest.mark.walk


def test_an_account_is_made_with_a_password_that_is_shown_once(shell, home):
    said = shell.do("marketplace.worker-add", "--name", "Anna").splitlines()

    assert re.fullmatch(r"anna is a worker now, A[A-Z0-9]{13}\. The password, shown this once:", said[0])
    with opening.open_store(home / "sandbox.db") as store:
        assert accounts.check(store, "anna", said[1]) is not None
    assert said[1] not in shell.do("marketplace.worker-list")


def test_accounts_are_listed_with_their_kind_and_state(shell):
    shell.do("marketplace.worker-add", "--name", "tess", "--test")
    shell.do("marketplace.worker-disable", "--name", "tess")
    (item,) = json.loads(shell.do("marketplace.worker-list", "--json"))["items"]

    assert (item["name"], item["kind"], item["state"]) == ("tess", "tests for sandbox", "disabled")
    assert item["id"].startswith("ATEST")
    shell.do("marketplace.worker-disable", "--name", "tess", "--enable")
    assert "active" in shell.do("marketplace.worker-list")


def test_an_invitation_is_a_link_for_one(shell, home):
    invite = ("marketplace.worker-invite", "--workerid", "APANEL1", "--url", "https://market.example.org")
    link = shell.do(*invite).splitlines()[1]

    address, _, code = link.rpartition("/")
    assert address == "https://market.example.org/invitation"
    with opening.open_store(home / "sandbox.db") as store:
        found = invitations.find(store, code, datetime.now(timezone.utc))
    assert found is not None
    assert found.worker_id == "APANEL1"


def test_an_invitation_leads_to_where_the_site_was_served_last(shell, home):
    with opening.open_store(home / "sandbox.db") as store:
        about.remember_address(store, "http://127.0.0.1:8123")

    assert "http://127.0.0.1:8123/invitation/" in shell.do("marketplace.worker-invite")


@pytest.mark.parametrize("command", [("worker-invite",), ("worker-password", "--name", "anna")])
def test_a_link_to_a_site_that_was_never_served_says_so(shell, command):
    shell.do("marketplace.worker-add", "--name", "anna")
    words = (f"marketplace.{command[0]}", *command[1:])
    assert shell.do(*words).splitlines()[1].endswith(" (after mturk marketplace.serve)")
    assert "after" not in json.loads(shell.do(*words, "--json"))["facts"]["link"]


@pytest.mark.parametrize("words", [("Anna",), ("--name", "anna")])
def test_a_new_password_is_set_by_a_link(shell, home, words):
    shell.do("marketplace.worker-add", "--name", "anna")
    url = ("--url", "https://market.example.org")
    link = shell.do("marketplace.worker-password", *words, *url).splitlines()[1]

    address, _, code = link.rpartition("/")
    assert address == "https://market.example.org/password"
    with opening.open_store(home / "sandbox.db") as store:
        assert invitations.find_password_link(store, code, datetime.now(timezone.utc)) == "anna"


def test_of_several_requesters_a_test_workers_own_must_be_named(shell):
    shell.do("marketplace.requester-add", "--name", "lab")
    ended = shell.inv("marketplace.worker-add", "--name", "tess", "--test")

    assert "say for which requester with --requester; there are sandbox, lab" in ended.err
    added = ("marketplace.worker-add", "--name", "tess", "--test", "--requester", "lab")
    assert "tess is a test worker of lab now" in shell.do(*added)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("worker-add", "--name", "a b"), "'a b' cannot be an account's name. A name has 3 to 64 letters,"),
        (("worker-add", "--name", "wb"), "'wb' cannot be an account's name. A name has 3 to 64 letters,"),
        (("worker-add", "--name", "tess", "--requester", "lab"), "--requester goes with --test"),
        (("worker-disable", "--name", "nobody"), "there is no account nobody"),
        (("worker-password", "--name", "nobody"), "there is no account nobody"),
        (("worker-invite", "--workerid", "anna"), "is no worker ID"),
        (("worker-invite", "--days", "0"), "--days takes a number from 1 on"),
        (("serve", "--sign-up", "perhaps"), "--sign-up takes one of open, invitation, closed"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(shell, words, text):
    ended = shell.inv(f"marketplace.{words[0]}", *words[1:])

    assert ended.code == 2
    assert text in ended.err


@pytest.mark.parametrize(
    ("options", "mode"),
    [
        (Options("127.0.0.1", 0), "open"),
        (Options("0.0.0.0", 0), "invitation"),  # noqa: S104  # nothing listens
        (Options("127.0.0.1", 0, public_url="https://market.example.org"), "invitation"),
        (Options("0.0.0.0", 0, sign_up="open"), "open"),  # noqa: S104  # likewise
        (Options("127.0.0.1", 0, sign_up="closed"), "closed"),
    ],
)
def test_who_may_sign_up_follows_from_who_can_reach_it(options, mode):
    assert options.site.sign_up == mode


def test_serve_prints_the_address_of_the_site_which_shows_what_was_loaded(shell, folder):
    shell.do("load")
    command = [*INV, "marketplace.serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            url = re.search(r"http://[^\s;]+", server.stdout.readline())[0]
            with urllib.request.urlopen(f"{url}/", timeout=30) as answer:  # noqa: S310  # our own
                page = answer.read().decode()
        finally:
            server.terminate()
            said = server.stderr.read()

    assert f"workers open {url} in a browser" in said
    assert "<h1>Sign in</h1>" in page
