"""Who forgot a password sets a new one, by a link of the operator's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.storage.schema import password_link
from mturk_tasks.marketplace.web.accounts import accounts, invitations
from tests.web.tabs import PASSWORD

NEW = "wrens sing at dawn"
REAL = datetime.now(timezone.utc)


@pytest.fixture(autouse=True)
def _present():
    """Let each test begin now: a quarter of an hour after all were collected, tries count no more."""
    global REAL
    REAL = datetime.now(timezone.utc)


def signs_in(visit, password):
    return visit().post("/sign-in", name="anna", password=password).status_code == 303


@pytest.fixture
def link(anna, store):
    """Make a link for anna, as of some time ago."""
    return lambda **ago: f"/password/{invitations.make_password_link(store, 'anna', REAL - timedelta(**ago))}"


def test_it_sets_a_new_password_and_lets_one_in(link, visit):
    browser, address = visit(), link()
    assert "the password of the account anna" in browser.see(address)
    answer = browser.post(address, password=NEW)

    assert "The password is changed" in browser.see(answer.location)
    assert "anna" in browser.see("/account")
    assert signs_in(visit, NEW)
    assert not signs_in(visit, PASSWORD)


def test_setting_it_ends_every_session_of_the_account(anna, link, visit):
    visit().post(link(), password=NEW)

    assert anna.get("/dashboard").status_code == 303


def test_it_is_good_once(link, visit):
    address = link()
    visit().post(address, password=NEW)
    again = visit().post(address, password="something else")

    assert again.status_code == 404
    assert "This link was used already" in again.text
    assert signs_in(visit, NEW)


def test_it_is_over_after_an_hour(link, visit):
    address = link(minutes=61)

    assert visit().get(address).status_code == 404
    assert visit().post(address, password=NEW).status_code == 404
    assert signs_in(visit, PASSWORD)


@pytest.mark.parametrize("what", ["another link", "another password", "a disabled account"])
def test_it_ends_with(anna, link, visit, store, at, what):
    address = link()
    if what == "another link":
        link()
    elif what == "another password":
        anna.post("/account/password", password=PASSWORD, new="another one here")
    else:
        accounts.switch(store, "anna", at.now, disabled=True)

    assert visit().post(address, password=NEW).status_code == 404


def test_a_mistake_does_not_use_it_up(link, visit):
    address = link()

    assert "at least 10 characters" in visit().post(address, password="short").text
    assert visit().post(address, password=NEW).status_code == 303


def test_of_two_at_one_moment_one_sets_it(link, visit):
    address = link()
    people = [visit(f"10.0.0.{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: people[one].post(address, password=f"{NEW} {one}"), range(4)))

    assert [one.status_code for one in found].count(303) == 1


def test_the_database_does_not_know_the_link(link, store):
    code = link().rpartition("/")[2]
    with store.reading() as db:
        assert code not in str(db.execute(select(password_link)).all())


def test_an_account_with_a_link_can_be_deleted(anna, link, visit):
    address = link()
    anna.post("/account/delete", password=PASSWORD)

    assert visit().get(address).status_code == 404


@pytest.mark.parametrize("name", ["nobody", ""])
def test_there_is_none_for_who_has_no_account(store, name):
    with pytest.raises(UsageError, match="there is no account"):
        invitations.make_password_link(store, name, REAL)


def test_there_is_none_for_who_may_not_sign_in(anna, store, at):
    accounts.switch(store, "anna", at.now, disabled=True)
    with pytest.raises(UsageError, match="may not sign in"):
        invitations.make_password_link(store, "anna", REAL)


def test_the_sign_in_page_says_whom_to_ask(visit):
    assert "Ask who runs this marketplace for a link" in visit().see("/sign-in")
