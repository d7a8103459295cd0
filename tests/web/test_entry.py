"""Sign up, sign in, sign out: who gets in, and how often one may try."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, select, update

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.storage.schema import account, attempt, invitation, session, worker
from mturk_tasks.marketplace.web.accounts import accounts, invitations, sessions
from mturk_tasks.marketplace.web.session import SiteSettings, local
from mturk_tasks.vocabulary.statuses import is_worker_id
from tests.web.conftest import PASSWORD

REAL = datetime.now(timezone.utc)


@pytest.fixture(autouse=True)
def _present():
    """Let each test begin now: a quarter of an hour after all were collected, tries count no more."""
    global REAL
    REAL = datetime.now(timezone.utc)


DAY = timedelta(days=1)


def rows(store, table):
    with store.reading() as db:
        return db.execute(select(table)).all()


def test_who_signs_up_gets_a_worker_id_and_is_in(visit, store):
    anna = visit().sign_up()

    (made,) = rows(store, account)
    assert re.fullmatch(r"A[A-Z0-9]{13}", made.worker_id)
    assert [one.worker_id for one in rows(store, worker)] == [made.worker_id]
    assert anna.get("/").status_code == 200


def test_a_password_is_kept_as_a_memory_hard_hash(anna, store):
    (made,) = rows(store, account)

    assert made.password.startswith("$argon2id$")
    assert sessions.matches(made.password, PASSWORD)
    assert not sessions.matches(made.password, PASSWORD + "!")
    assert not sessions.matches("", PASSWORD)


def test_a_hash_costs_what_it_should_where_no_test_has_cheapened_it():
    asked = "from mturk_tasks.marketplace.web.accounts.sessions import hashed; print(hashed('correct horse'))"
    kept = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("name", ["an", "-anna", "a nna", "<b>anna</b>", "x" * 65, ""])
def test_a_name_that_cannot_be_one_is_refused_and_shown_again_as_text(visit, store, name):
    answer = visit().post("/sign-up", name=name, password=PASSWORD)

    assert answer.status_code == 422
    assert "A name has 3 to 64 letters" in answer.text
    assert "<b>" not in answer.text
    assert rows(store, account) == []


def test_a_name_is_taken_in_every_spelling(anna, visit):
    assert visit().post("/sign-up", name=" ANNA ", password=PASSWORD + "!").status_code == 422
    assert visit().post("/sign-in", name=" ANNA ", password=PASSWORD).status_code == 303


def test_of_two_clicks_at_sign_up_the_second_finds_the_account_of_the_first(visit, store):
    twice = visit()
    form = {"token": twice.token(), "name": "anna", "password": PASSWORD}
    before = twice.browser.get_cookie("mturk").value
    twice.browser.post("/sign-up", data=form)
    twice.browser.set_cookie("mturk", before)  # the first answer was never looked at

    assert twice.browser.post("/sign-up", data=form).status_code == 303
    assert "anna" in twice.see("/account")
    assert len(rows(store, account)) == 1


def test_a_short_password_is_refused(visit, store):
    assert "at least 10 characters" in visit().post("/sign-up", name="anna", password="short").text
    assert rows(store, account) == []


def test_a_wrong_password_and_an_unknown_name_are_told_alike(anna, visit):
    wrong = visit().post("/sign-in", name="anna", password="x" * 12)
    unknown = visit().post("/sign-in", name="anja", password="x" * 12)

    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("anna", "anja").count("do not go together") == 1
    assert "do not go together" in unknown.text


def test_guessing_a_password_ends_after_ten_times(anna, visit):
    guessing = visit("10.0.0.9")
    for _ in range(sessions.MOST):
        guessing.post("/sign-in", name="anna", password="x" * 12)
    answer = guessing.post("/sign-in", name="anna", password=PASSWORD)

    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.text


def test_who_guesses_or_signs_up_under_a_name_locks_nobody_else_out(anna, visit):
    other = visit("10.0.0.9")
    for _ in range(sessions.MOST + 1):
        other.post("/sign-in", name="anna", password="x" * 12)
        other.post("/sign-up", name="anna", password="x" * 12)

    assert visit("10.0.0.1").post("/sign-in", name="anna", password=PASSWORD).status_code == 303


def test_many_addresses_cannot_guess_at_one_name(store):
    for number in range(sessions.MOST_OF_NAME):
        assert sessions.begin_attempt(store, "anna", f"10.0.0.{number}", REAL)

    assert not sessions.begin_attempt(store, "anna", "10.0.1.1", REAL)


def test_a_lecture_signs_up_from_one_address(store):
    assert all(sessions.begin_sign_up(store, "10.0.0.1", REAL) for _ in range(sessions.MOST_NEW))
    assert not sessions.begin_sign_up(store, "10.0.0.1", REAL)
    assert sessions.begin_attempt(store, "anna", "10.0.0.1", REAL)


def test_an_address_cannot_guess_at_many_names(store):
    for number in range(sessions.MOST_OF_ADDRESS):
        assert sessions.begin_attempt(store, f"name {number}", "10.0.0.1", REAL)

    assert not sessions.begin_attempt(store, "another", "10.0.0.1", REAL)
    assert sessions.begin_attempt(store, "another", "10.0.0.2", REAL)
    assert sessions.begin_attempt(store, "name 7", "10.0.0.1", REAL + sessions.SPAN)


def test_others_behind_an_address_lock_nobody_out_who_signed_in_before(anna, visit, store):
    anna.post("/sign-out")
    for number in range(sessions.MOST_OF_ADDRESS):
        sessions.begin_attempt(store, f"name {number}", "127.0.0.1", REAL)

    assert visit().post("/sign-in", name="anna", password=PASSWORD).status_code == 429
    assert anna.post("/sign-in", name="anna", password=PASSWORD).status_code == 303


def test_guesses_from_everywhere_lock_nobody_out_who_signed_in_before(anna, visit, store):
    anna.post("/sign-out")
    for number in range(sessions.MOST_OF_NAME):
        sessions.begin_attempt(store, "anna", f"10.0.0.{number}", REAL)

    assert visit("10.9.9.9").post("/sign-in", name="anna", password=PASSWORD).status_code == 429
    assert anna.post("/sign-in", name="anna", password=PASSWORD).status_code == 303


def test_a_browser_that_signed_in_before_has_ten_tries_too_and_at_that_account_alone(anna, visit, store):
    visit("10.0.0.2").sign_up("ben")
    anna.post("/sign-out")
    for _ in range(sessions.MOST):
        anna.post("/sign-in", name="anna", password="x" * 12)
    assert anna.post("/sign-in", name="anna", password=PASSWORD).status_code == 429
    for _ in range(sessions.MOST):
        anna.post("/sign-in", name="ben", password="x" * 12)

    assert anna.post("/sign-in", name="ben", password=PASSWORD).status_code == 429


def test_nobody_writes_the_cookie_of_a_browser_but_the_site(anna, visit, store):
    cookie = anna.browser.get_cookie("mturk-browser").value
    for number in range(sessions.MOST_OF_ADDRESS):
        sessions.begin_attempt(store, f"name {number}", "127.0.0.1", REAL)
    thief = visit()
    thief.browser.set_cookie("mturk-browser", cookie[:-4] + "AAAA")

    assert thief.post("/sign-in", name="anna", password=PASSWORD).status_code == 429
    assert thief.get("/dashboard").status_code == 303


def test_a_line_of_ipv6_counts_as_one_address(store):
    for number in range(sessions.MOST):
        assert sessions.begin_attempt(store, "anna", f"2001:db8:1:2::{number:x}", REAL)

    assert not sessions.begin_attempt(store, "anna", "2001:db8:1:2:ffff::1", REAL)
    assert sessions.begin_attempt(store, "anna", "2001:db8:1:3::1", REAL)


def test_an_address_of_ipv4_counts_as_the_same_in_ipv6(store):
    for _ in range(sessions.MOST):
        sessions.begin_attempt(store, "anna", "10.0.0.1", REAL)

    assert not sessions.begin_attempt(store, "anna", "::ffff:10.0.0.1", REAL)
    assert sessions.begin_attempt(store, "anna", "::ffff:10.0.0.2", REAL)


def test_a_proxy_that_the_server_was_not_told_of_is_named_once(visit, caplog):
    for header in ("X-Forwarded-For", "Via"):
        visit("10.0.0.7").get("/sign-in", headers={header: "203.0.113.9"})

    said = [one.getMessage() for one in caplog.records if "proxy" in one.getMessage()]
    assert len(said) == 1
    assert "--trusted-proxy 10.0.0.7" in said[0]


def test_the_right_password_forgives_the_wrong_ones(anna, visit, store):
    browser = visit("10.0.0.9")
    for _ in range(sessions.MOST - 1):
        browser.post("/sign-in", name="anna", password="x" * 12)

    assert browser.post("/sign-in", name="anna", password=PASSWORD).status_code == 303
    assert browser.post("/sign-in", name="anna", password="x" * 12).status_code == 422


def test_no_name_and_no_address_stands_in_the_list_of_attempts(anna, visit, store):
    visit("10.0.0.9").post("/sign-in", name="anna", password="x" * 12)

    assert all(re.fullmatch("[0-9a-f]{64}", one.subject) for one in rows(store, attempt))


def test_signing_out_ends_the_session_wherever_its_cookie_is(anna, visit):
    stolen = anna.browser.get_cookie("mturk").value
    anna.post("/sign-out")
    thief = visit()
    thief.browser.set_cookie("mturk", stolen)

    assert anna.get("/").status_code == 303
    assert thief.get("/").status_code == 303


def test_a_session_ends_by_itself(anna, store):
    with store.writing() as db:
        db.execute(update(session).values(ends=REAL - DAY))

    assert anna.get("/").status_code == 303


def test_a_new_session_has_a_new_cookie(visit):
    browser = visit()
    browser.see("/sign-in")
    before = browser.browser.get_cookie("mturk").value
    browser.sign_up()

    assert browser.browser.get_cookie("mturk").value != before


def test_the_database_knows_no_cookie(anna, store):
    (kept,) = rows(store, session)
    assert anna.browser.get_cookie("mturk").value not in kept.digest


def test_a_disabled_account_is_out_at_once_and_stays_out(anna, store, at, visit):
    accounts.switch(store, "anna", at.now, disabled=True)

    assert anna.get("/").status_code == 303
    assert visit().post("/sign-in", name="anna", password=PASSWORD).status_code == 422
    accounts.switch(store, "anna", at.now, disabled=False)
    assert visit().post("/sign-in", name="anna", password=PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "evil",
        "",
    ],
)
def test_one_is_led_on_to_this_site_only(anna, visit, wanted):
    assert local(wanted) == "/"
    assert visit().post("/sign-in", name="anna", password=PASSWORD, next=wanted).location == "/"


def test_one_is_led_on_to_the_page_one_wanted(anna, visit):
    browser = visit()
    asked = browser.get("/groups/3ABC?x=1").location

    assert asked == "/sign-in?next=/groups/3ABC?x%3D1"
    answer = browser.post("/sign-in", name="anna", password=PASSWORD, next="/groups/3ABC?x=1")
    assert answer.location == "/groups/3ABC?x=1"


def test_who_sends_a_form_after_the_session_ended_is_led_back_to_its_page(anna, visit):
    assert visit().post("/work/3ABC/submit").location == "/sign-in?next=/work/3ABC"
    assert visit().post("/sign-out").location == "/sign-in"


class TestByInvitation:
    @pytest.fixture
    def settings(self):
        return SiteSettings("invitation")

    def test_nobody_signs_up_without_one(self, visit, store):
        assert "by invitation" in visit().see("/sign-in")
        assert visit().post("/sign-up", name="anna", password=PASSWORD).status_code == 403
        assert rows(store, account) == []

    def test_it_is_good_for_one_person(self, visit, store):
        link = f"/invitation/{invitations.make(store, None, DAY, REAL)}"

        assert visit().post(link, name="anna", password=PASSWORD).status_code == 303
        assert visit().post(link, name="ben", password=PASSWORD).status_code == 404
        assert len(rows(store, account)) == 1

    def test_it_is_over_after_its_days(self, visit, store):
        link = f"/invitation/{invitations.make(store, None, DAY, REAL - 2 * DAY)}"

        assert visit().post(link, name="anna", password=PASSWORD).status_code == 404

    def test_who_made_an_account_with_it_gets_in_by_a_second_click(self, visit, store):
        link = f"/invitation/{invitations.make(store, None, DAY, REAL)}"
        visit().post(link, name="anna", password=PASSWORD)

        assert visit().post(link, name="anna", password=PASSWORD).location == "/"
        assert visit().post(link, name="anna", password="x" * 12).status_code == 404

    def test_a_mistake_does_not_use_it_up(self, visit, store):
        link = f"/invitation/{invitations.make(store, None, DAY, REAL)}"
        visit().post(link, name="anna", password="short")

        assert visit().post(link, name="anna", password=PASSWORD).status_code == 303

    def test_of_many_at_one_moment_one_gets_in(self, visit, store):
        link = f"/invitation/{invitations.make(store, None, DAY, REAL)}"
        people = [visit(f"10.0.0.{number}") for number in range(4)]
        with ThreadPoolExecutor(4) as pool:
            found = list(
                pool.map(lambda one: people[one].post(link, name=f"n-{one}", password=PASSWORD), range(4))
            )
        assert [one.status_code for one in found].count(303) == 1
        assert len(rows(store, account)) == 1

    def test_the_database_does_not_know_the_link(self, store):
        code = invitations.make(store, None, DAY, REAL)
        assert code not in str(rows(store, invitation))

    def test_a_known_worker_finds_what_waits(self, visit, store, client, qualify, at):
        type_id = qualify()
        client.associate_qualification_with_worker(
            QualificationTypeId=type_id, WorkerId="APANEL1", IntegerValue=9
        )
        code = invitations.make(store, "APANEL1", DAY, REAL)
        member = visit()
        member.post(f"/invitation/{code}", name="anna", password=PASSWORD)

        assert "with a score of 9" in member.see(f"/qualifications/{type_id}")
        assert "You have the qualification Trees" in member.see("/messages")
        with pytest.raises(UsageError, match="has an account"):
            invitations.make(store, "APANEL1", DAY, REAL)

    def test_a_block_waits_for_who_comes(self, visit, store, client, post):
        client.create_worker_block(WorkerId="APANEL7", Reason="copied")
        link = f"/invitation/{invitations.make(store, 'APANEL7', DAY, REAL)}"
        ben = visit()
        ben.post(link, name="ben", password=PASSWORD)

        assert "does not take work from you" in ben.see(f"/groups/{post()['HITTypeId']}")

    def test_the_id_of_a_simulated_worker_is_no_persons(self, visit, store, at):
        from mturk_tasks.marketplace.worker import work

        work.register(store, "ASIM1", True, at.now)
        code = invitations.make(store, "ASIM1", DAY, REAL)

        assert visit().post(f"/invitation/{code}", name="anna", password=PASSWORD).status_code == 422

    def test_a_worker_id_must_be_one(self, store):
        with pytest.raises(UsageError, match="is no worker ID"):
            invitations.make(store, "anna", DAY, REAL)


class TestClosed:
    @pytest.fixture
    def settings(self):
        return SiteSettings("closed")

    def test_not_even_an_invitation_lets_one_in(self, visit, store):
        link = f"/invitation/{invitations.make(store, None, DAY, REAL)}"

        assert visit().post(link, name="anna", password=PASSWORD).status_code == 403
        assert visit().post("/sign-up", name="anna", password=PASSWORD).status_code == 403
        assert rows(store, account) == []

    def test_an_account_made_behind_the_counter_signs_in(self, visit, store, at):
        made, password = accounts.add(store, "anna", at.now)

        assert is_worker_id(made.worker_id)
        assert visit().post("/sign-in", name="anna", password=password).status_code == 303
        with pytest.raises(UsageError, match="is taken"):
            accounts.add(store, "Anna", at.now)


def test_a_changed_password_signs_out_everywhere_else(anna, visit):
    elsewhere = visit()
    elsewhere.post("/sign-in", name="anna", password=PASSWORD)
    assert anna.post("/account/password", password="wrong" * 3, new="another one here").status_code == 422
    anna.post("/account/password", password=PASSWORD, new="another one here")

    assert anna.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303
    assert visit().post("/sign-in", name="anna", password=PASSWORD).status_code == 422
    assert visit().post("/sign-in", name="anna", password="another one here").status_code == 303


def test_a_deleted_account_leaves_the_work_under_the_worker_id(anna, post, client, store, visit):
    hit = post(MaxAssignments=2)
    address = anna.accept(hit["HITTypeId"])
    anna.post(f"{address}/submit", {"q1": "owl"})
    other = post(Title="Another")
    anna.accept(other["HITTypeId"])
    assert anna.post("/account/delete", password="wrong" * 3).status_code == 422
    anna.post("/account/delete", password=PASSWORD)

    (done,) = client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    assert "owl" in done["Answer"]
    assert client.get_hit(HITId=other["HITId"])["HIT"]["NumberOfAssignmentsAvailable"] == 1
    assert rows(store, account) == rows(store, session) == []
    assert anna.get("/").status_code == 303
    assert visit().post("/sign-in", name="anna", password=PASSWORD).status_code == 422


def test_where_one_lives_can_be_said_once(anna, client, post):
    in_germany = {"Comparator": "In", "LocaleValues": [{"Country": "DE"}]}
    place = [{"QualificationTypeId": "00000000000000000071", **in_germany}]
    group = post(QualificationRequirements=place)["HITTypeId"]
    assert "Say in your account where you live" in anna.see(f"/groups/{group}")
    anna.post("/account/profile", country="DE", adult="1")
    anna.post("/account/profile", country="US")

    assert "You live in DE" in anna.see("/account")
    assert "Accept this HIT" in anna.see(f"/groups/{group}")


def test_a_place_that_does_not_exist_is_refused(anna):
    assert anna.post("/account/profile", country="XX").status_code == 422


def test_nothing_is_left_of_attempts_that_no_longer_count(store):
    sessions.begin_attempt(store, "anna", "10.0.0.1", REAL - 2 * sessions.SPAN)
    sessions.begin_attempt(store, "anna", "10.0.0.1", REAL)
    with store.writing() as db:
        assert db.execute(delete(attempt)).rowcount == 3


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-out", "/account/delete", "/groups/3ABC/accept", "/nowhere"]
)
def test_a_refused_request_changes_no_cookie(visit, path):
    answer = visit().browser.post(
        path, data={"token": "0" * 64}
    )  # as a form of another site, without a cookie

    assert "Set-Cookie" not in answer.headers


def test_a_page_that_is_not_there_gives_no_cookie(visit):
    assert "Set-Cookie" not in visit().get("/files-that-are-not-there").headers
    assert "Set-Cookie" in visit().get("/sign-in").headers


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_cookies_of_our_name_mean_signed_out_and_that_is_said(anna, visit, app, order):
    ours, theirs = (
        anna.browser.get_cookie("mturk").value,
        visit().sign_up("eve").browser.get_cookie("mturk").value,
    )
    both = [f"mturk={(ours, theirs)[number]}" for number in order]
    bare = app.test_client(use_cookies=False)
    answer = bare.get("/sign-in", headers={"Cookie": "; ".join(both)})

    assert "two cookies of this site" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "Sign out" not in answer.text


class TestBehindAProxy:
    @pytest.fixture
    def settings(self):
        return SiteSettings("open", "https://market.example.org", proxied=True)

    def test_it_is_not_named(self, visit, caplog):
        visit().get("/sign-in", headers={"X-Forwarded-For": "203.0.113.9"})
        assert not [one for one in caplog.records if "proxy" in one.getMessage()]
