"""Many who come at one moment, on each database: guesses are counted, a link lets one in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from mturk_tasks.marketplace.web.accounts import accounts, invitations, sessions

AT_ONCE = 8


def at_once(act):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, range(3 * AT_ONCE)))


def test_guesses_at_one_moment_are_all_counted(store, at):
    may = at_once(lambda _: sessions.begin_attempt(store, "anna", "10.0.0.1", at.now))
    assert may.count(True) == sessions.MOST


def test_an_invitation_lets_one_in_however_many_come(store, at):
    code = invitations.make(store, None, timedelta(days=1), at.now)

    def come(number):
        try:
            return accounts.sign_up(store, f"name-{number}", "owls hoot at night", at.now, code=code)
        except accounts.Refused as refused:
            return refused.reason

    made = [one for one in at_once(come) if one != "invitation_over"]
    assert len(made) == 1  # whose key may be any: one that was rolled back is used up
    assert len(accounts.listed(store, at.now)) == 1


def test_a_link_sets_one_password_however_many_come(store, at):
    accounts.add(store, "anna", at.now)
    code = invitations.make_password_link(store, "anna", at.now)

    def come(number):
        try:
            return accounts.change_by_link(store, code, f"owls hoot at night {number}", at.now)
        except accounts.Refused as refused:
            return refused.reason

    assert len([one for one in at_once(come) if one != "link_over"]) == 1
    assert invitations.find_password_link(store, code, at.now) is None


def test_the_tries_of_a_browser_are_counted_apart(store, at):
    may = at_once(lambda _: sessions.begin_attempt(store, "anna", "10.0.0.1", at.now, "a browser"))

    assert may.count(True) == sessions.MOST
    assert sessions.begin_attempt(store, "anna", "10.0.0.1", at.now)
