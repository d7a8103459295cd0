"""Find a HIT: groups, search, previews, why not, and the old addresses."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from mturk_tasks.marketplace.due import process_due
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.records import workers
from mturk_tasks.marketplace.storage.transactions import write_transaction
from mturk_tasks.marketplace.web.accounts import accounts
from mturk_tasks.marketplace.worker import answering, work
from tests.stores import look
from tests.web.conftest import PASSWORD, requires

APPROVED = "00000000000000000040"


def test_a_group_is_one_line_with_what_there_is_to_know(anna, post):
    for _ in range(3):
        post(Reward="1.25", AssignmentDurationInSeconds=5400)
    page = anna.see("/")

    assert page.count('<li class="card">') == 1
    for fact in ("Name the bird", "sandbox", "$1.25", "<dd>3</dd>", "1 hour 30 minutes", "1 of 1 groups"):
        assert fact in page


def test_nothing_to_do_is_said(anna):
    assert "There is nothing to do at the moment" in anna.see("/")


def titles(page):
    return [part.split("</a>")[0].split(">")[-1] for part in page.split('<li class="card">')[1:]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=newest", ["cars", "trees", "birds"]),
        ("sort=reward", ["trees", "cars", "birds"]),
        ("sort=number", ["birds", "cars", "trees"]),
        ("words=REES", ["trees"]),
        ("words=one+wheels", ["cars"]),
        ("words=nothing", []),
        ("sort=nonsense&page=x", ["cars", "trees", "birds"]),
        ("page=2", []),
        ("page=-1", ["cars", "trees", "birds"]),
    ],
)
def test_groups_are_searched_and_sorted(anna, post, at, query, expected):
    for _ in range(2):
        post(Title="birds")
    at.later(minutes=1)
    post(Title="trees", Reward="0.50")
    at.later(minutes=1)
    post(Title="cars", Keywords="wheels", Reward="0.07")

    assert titles(anna.see(f"/?{query}")) == expected


def test_one_can_look_only_at_what_one_qualifies_for(anna, post, qualify):
    post(Title="free")
    post(Title="closed", QualificationRequirements=requires(qualify()))

    assert "You do not qualify yet" in anna.see("/")
    assert titles(anna.see("/?qualified=1")) == ["free"]


def test_more_than_a_page_of_groups_goes_on(anna, post):
    for number in range(21):
        post(Title=f"group {number}")

    assert len(titles(anna.see("/"))) == 20
    assert 'rel="next"' in anna.see("/")
    assert len(titles(anna.see("/?page=2"))) == 1


def test_a_preview_shows_the_question_and_takes_no_answer(anna, post):
    page = anna.see(f"/groups/{post()['HITTypeId']}")

    assert "What about the bird?" in page
    assert page.count("<fieldset") == page.count(" disabled>") == 2
    assert "Accept this HIT" in page


def test_a_hit_has_a_page_too(anna, post):
    hit = post()
    assert "Accept this HIT" in anna.see(f"/hits/{hit['HITId']}")
    assert anna.get("/hits/3NONE").status_code == 404


@pytest.mark.parametrize("name", ["HITTypeId", "HITGroupId"])
def test_the_old_addresses_lead_to_the_group(anna, post, name):
    group = post()[name]

    assert "Accept this HIT" in anna.see(f"/mturk/preview?groupId={group}")
    assert "Accept this HIT" in anna.see(f"/projects/{group}/tasks")


def test_the_old_address_of_a_qualification_leads_to_it(anna, qualify):
    assert "Knows trees" in anna.see(f"/mturk/requestqualification?qualificationId={qualify()}")


def test_the_address_of_a_hit_in_results_files_leads_to_its_page_after_signing_in(anna, visit, post):
    address = f"/mturk/manageHIT?HITId={post()['HITId']}"

    assert "Accept this HIT" in anna.see(address)
    assert "Accept this HIT" not in visit().see(address)


NOWHERE = ["/mturk/preview", "/mturk/manageHIT", "/mturk/requestqualification", "/nothing/here"]


@pytest.mark.parametrize("path", NOWHERE)
def test_an_address_that_leads_nowhere_says_so(anna, path):
    answer = anna.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_markup_of_a_requester_is_text(anna, post):
    attack = "<script>alert(1)</script>"
    group, _ = [post(Title=attack, Description=attack, Keywords=attack)["HITTypeId"] for _ in range(2)]

    for path in ("/", f"/groups/{group}", anna.accept(group)):
        page = anna.see(path)
        assert attack not in page
        assert "&lt;script&gt;" in page


class TestWhyNot:
    def test_a_requirement_is_named_with_what_would_help(self, anna, post, qualify):
        type_id = qualify()
        group = post(QualificationRequirements=requires(type_id, 80))["HITTypeId"]
        page = anna.see(f"/groups/{group}")

        assert "Accept this HIT" not in page
        assert "<strong>Trees</strong>: 80 or more" in page
        assert "There is a test that you can take" in page
        assert f'href="/qualifications/{type_id}"' in page
        assert "What about the bird?" in page  # looking is free

    def test_what_cannot_be_tested_is_asked_for_and_waited_for(self, anna, post, qualify):
        type_id = qualify(Test=None, TestDurationInSeconds=None, AnswerKey=None)
        group = post(QualificationRequirements=requires(type_id))["HITTypeId"]
        assert "You can ask for it." in anna.see(f"/groups/{group}")
        anna.post(f"/qualifications/{type_id}/request")

        assert "the requester has yet to decide" in anna.see(f"/groups/{group}")

    def test_what_one_has_is_said(self, anna, post):
        group = post(QualificationRequirements=requires(APPROVED, 10))["HITTypeId"]

        assert "You have 0." in anna.see(f"/groups/{group}")
        assert "do other HITs first" in anna.see(f"/groups/{group}")

    def test_a_preview_may_need_the_qualification_too(self, anna, post, qualify):
        needs = requires(qualify(), guarded="PreviewAndAccept")
        page = anna.see(f"/groups/{post(QualificationRequirements=needs)['HITTypeId']}")

        assert "What about the bird?" not in page
        assert "Why you cannot take this HIT yet" in page

    def test_a_hidden_group_tells_nothing_but_what_it_asks_for(self, anna, post, qualify):
        needs = requires(qualify(), guarded="DiscoverPreviewAndAccept")
        hit = post(QualificationRequirements=needs)

        assert "Name the bird" not in anna.see("/")
        for path in (f"/groups/{hit['HITTypeId']}", f"/hits/{hit['HITId']}"):
            assert "Name the bird" not in anna.see(path)
            assert "Trees" in anna.see(path)

    def test_who_is_blocked_sees_no_group_and_is_told_at_its_address(self, anna, post, client, store, at):
        group = post()["HITTypeId"]
        (made,) = accounts.listed(store, at.now)
        client.create_worker_block(WorkerId=made.worker_id, Reason="no")

        assert "Name the bird" not in anna.see("/")
        assert "does not take work from you" in anna.see(f"/groups/{group}")
        assert anna.accept(group) == f"/groups/{group}"


def test_a_test_worker_meets_every_requirement_and_is_told_so(visit, post, qualify, store, at):
    group = post(QualificationRequirements=requires(qualify(), 80))["HITTypeId"]
    _, password = accounts.add(store, "tess", at.now, tests_for="")
    tess = visit()
    tess.post("/sign-in", name="tess", password=password)

    assert "You are a test worker" in tess.see("/")
    assert tess.accept(group).startswith("/work/")


def test_a_test_worker_meets_the_requirements_of_one_requester_only(store, post, qualify, at):
    requesters.add(store, "lab", at.now)
    hit = post(QualificationRequirements=requires(qualify(), 80, guarded="DiscoverPreviewAndAccept"))
    mine, _ = accounts.add(store, "tess", at.now, tests_for="sandbox")
    other, _ = accounts.add(store, "tim", at.now, tests_for="lab")

    assert look(store, at.now, work.available, mine.worker_id) == [hit["HITId"]]
    assert look(store, at.now, work.available, other.worker_id) == []
    with pytest.raises(answering.Refused):
        work.accept(store, other.worker_id, hit["HITId"], at.now)


def test_nobody_but_a_test_worker_does(anna, post, qualify):
    group = post(QualificationRequirements=requires(qualify(), 80))["HITTypeId"]
    assert anna.accept(group) == f"/groups/{group}"


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30])
def test_a_page_number_that_is_none_is_the_first(anna, post, page):
    post()
    for path in ("/", "/dashboard/submitted"):
        assert anna.get(f"{path}?page={page}").status_code == 200
    assert "Name the bird" in anna.see(f"/?page={page}")


def test_a_list_says_how_many_pages_it_has(anna, post):
    for number in range(21):
        post(Title=f"Survey {number}")

    assert "Page 1 of 2" in anna.see("/")
    page = anna.see("/?page=2&reward=0.01")
    assert "Page 2 of 2" in page
    assert "reward=0.01" in page


def test_the_lists_of_work_and_of_messages_say_so_too(anna, post, client):
    (group,) = {post()["HITTypeId"] for _ in range(21)}
    for _ in range(21):
        anna.post(f"{anna.accept(group)}/submit", {"q1": "owl"})

    assert "Page 2 of 2" in anna.see("/dashboard/submitted?page=2")
    assert 'rel="next"' not in anna.see("/dashboard/submitted?page=2")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("0.10", ["trees"]), ("$0,10", ["trees"]), ("x", ["trees", "birds"]), ("-1", ["trees", "birds"]),
     ("NaN", ["trees", "birds"]), ("1e999999999", [])],
)  # fmt: skip
def test_a_least_reward_is_asked_for(anna, post, at, asked, expected):
    for title, reward in (("birds", "0.05"), ("trees", "0.10")):
        post(Title=title, Reward=reward)
        at.later(seconds=1)

    assert titles(anna.see(f"/?reward={asked}")) == expected


def test_a_requesters_name_leads_to_what_they_offer(anna, post):
    post()
    (link,) = re.findall(r'<a href="(/\?requester=\w+)">', anna.see("/"))

    assert titles(anna.see(link)) == ["Name the bird"]
    assert titles(anna.see("/?requester=nobody")) == []


def test_a_group_says_when_it_expires(anna, post, at):
    post(LifetimeInSeconds=3600)
    assert re.search(r"<dt>Expires</dt><dd><time datetime=", anna.see("/"))


def test_what_people_write_is_set_in_its_own_direction(anna, post):
    group = post(Title="سمِّ الطائر", Description="كلمة واحدة")["HITTypeId"]
    for path in ("/", f"/groups/{group}"):
        assert re.search(r'dir="auto">(<a [^>]*>)?سمِّ الطائر', anna.see(path))
        assert 'dir="auto">كلمة واحدة' in anna.see(path)


class TestAccepting:
    def test_a_hit_is_accepted_from_the_list_in_one_step_and_a_second_click_takes_no_second(self, anna, post):
        (group,) = {post()["HITTypeId"] for _ in range(2)}
        assert f'action="/groups/{group}/accept"' in anna.see("/")
        led = [anna.post(f"/groups/{group}/accept", {"from": "list"}).location for _ in range(2)]

        assert led[0].startswith("/work/")
        assert led[0] == led[1]

    def test_a_group_one_does_not_qualify_for_has_no_accept_in_the_list(self, anna, post, qualify):
        post(QualificationRequirements=requires(qualify(), 80))
        assert "Accept one" not in anna.see("/")

    def test_two_clicks_at_one_moment_are_one_hit(self, anna, post, client):
        hits = [post() for _ in range(6)]
        fields = {"token": anna.token(), "hit": hits[0]["HITId"]}
        address = f"/groups/{hits[0]['HITTypeId']}/accept"
        cookie = anna.browser.get_cookie("mturk").value

        def click(_):
            tab = anna.browser.application.test_client()
            tab.set_cookie("mturk", cookie)
            return tab.post(address, data=fields).location

        with ThreadPoolExecutor(4) as pool:
            assert len(set(pool.map(click, range(4)))) == 1

    def test_leads_to_the_work(self, anna, post):
        address = anna.accept(post()["HITTypeId"])

        assert "Time left" in anna.see(address)
        assert 'name="q1"' in anna.see(address)

    def test_twice_in_two_tabs_is_once(self, anna, post, client):
        hits = [post() for _ in range(3)]
        group = hits[0]["HITTypeId"]
        fields = {"hit": hits[1]["HITId"]}
        first = anna.post(f"/groups/{group}/accept", fields).location
        second = anna.post(f"/groups/{group}/accept", fields).location

        assert first == second
        pending = [client.get_hit(HITId=one["HITId"])["HIT"]["NumberOfAssignmentsPending"] for one in hits]
        assert pending == [0, 1, 0]

    def test_takes_another_of_the_group_where_the_one_is_taken(self, anna, post, store, at):
        hits = [post() for _ in range(2)]
        work.accept(store, "ABEN", hits[0]["HITId"], at.now)
        address = anna.post(f"/groups/{hits[0]['HITTypeId']}/accept", hit=hits[0]["HITId"]).location

        assert address.startswith("/work/")

    def test_the_last_place_goes_to_one(self, anna, visit, post):
        group = post()["HITTypeId"]
        ben = visit().sign_up("ben")
        won = anna.accept(group)
        lost = ben.post(f"/groups/{group}/accept").location

        assert won.startswith("/work/")
        assert lost == f"/groups/{group}?said=all_taken"
        assert "Others were faster" in ben.see(lost)

    def test_a_hit_of_another_group_is_not_accepted_by_this_one(self, anna, post):
        one, other = post(), post(Title="Another", MaxAssignments=1)
        anna.post(f"/groups/{one['HITTypeId']}/accept", hit=other["HITId"])

        assert "Another" in anna.see("/")
        assert anna.post("/groups/3NONE/accept").status_code == 404

    def test_an_expired_hit_is_gone(self, anna, post, at):
        hit = post()
        at.later(hours=2)

        assert "No HIT of this group is left" in anna.see(f"/groups/{hit['HITTypeId']}")
        assert "all_taken" in anna.accept(hit["HITTypeId"])


def test_a_worker_who_was_enrolled_stays_one(anna, store, at):
    (made,) = accounts.listed(store, at.now)
    process_due(store, at.now)
    with write_transaction(store, at.now) as context:
        assert not workers.enrol(context, made.worker_id, simulated=False)
    assert PASSWORD not in str(made)
