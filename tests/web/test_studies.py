"""Participants come by a link and leave with a code; nobody is another, and there are none too many."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from mturk_tasks.marketplace.operator import checks
from mturk_tasks.marketplace.web.session import SiteSettings
from tests.web.conftest import Visitor
from tests.web.forms import asked, form, text

PID = "5f" * 12
OTHER = "6a" * 12
FORM = form(asked("bird", text(), required=True))
CONSENT = "# Information\n\nWe ask about *birds*.\n\n- it takes a minute\n- [more](https://example.org/about)\n\n<b>bold</b>"


@pytest.fixture
def study(client, post):
    """Open a study over HITs, and return the address in its link."""

    def make(hits=2, source="prolific", asked=(), **terms):
        new = {"MaxAssignments": 9, "Question": FORM, "QualificationRequirements": list(asked)}
        ids = [post(**new, RequesterAnnotation=str(n))["HITId"] for n in range(hits)]
        members = {"HITsPerParticipant": 1, "Minutes": 30, **terms}
        made = client.create_study(HITIds=ids, Source=source, **members)["Study"]
        return f"/s/{made['StudyId']}"

    return make


def people(client, address):
    return client.list_study_participants(StudyId=address[3:])["Participants"]


def arrive(visitor: Visitor, address: str, pid: str = PID) -> str:
    """Open the link as the source makes it, and return the page."""
    return visitor.see(f"{address}?PROLIFIC_PID={pid}&STUDY_ID=st&SESSION_ID=se")


def start(visitor: Visitor, address: str, pid: str = PID) -> str:
    """Come by the link and press the button; return the page with the code to go on elsewhere."""
    arrive(visitor, address, pid)
    return visitor.post(f"{address}/start").text


def begin(visitor: Visitor, address: str, pid: str = PID) -> str:
    """Do the same, and go on to the first HIT; return the address of its page."""
    start(visitor, address, pid)
    return str(visitor.post(f"{address}/next").location)


def answer(visitor: Visitor, work: str) -> str:
    """Submit the HIT and return where that leads to."""
    permit = re.search(r"submit\?permit=([\w.-]+)", visitor.see(work))
    assert permit
    return str(visitor.post(f"{work}/submit?permit={permit[1]}", {"q1": "an owl"}).location)


def resume_code(page: str) -> str:
    found = re.search(r"<code>([0-9A-F]{8})</code>", page)
    assert found
    return found[1]


def test_whoever_comes_by_the_link_does_hits_and_gets_the_code(visit, study, client):
    address = study(HITsPerParticipant=2, Codes=[{"Ending": "done", "Code": "C1ABC"}])
    visitor = visit()

    first = begin(visitor, address)
    second = answer(visitor, first)
    end = answer(visitor, second)

    assert first != second
    assert end.endswith(address)
    page = visitor.see(address)
    assert "<code>C1ABC</code>" in page
    assert 'href="https://app.prolific.com/submissions/complete?cc=C1ABC"' in page
    (person,) = people(client, address)
    assert (person["ExternalId"], person["State"], person["NumberOfHITsDone"], person["Code"]) == (
        PID,
        "Finished",
        2,
        "C1ABC",
    )


def test_the_id_leaves_the_address_at_once(visit, study):
    response = visit().get(f"{study()}?PROLIFIC_PID={PID}&STUDY_ID=st&SESSION_ID=se")

    assert response.status_code == 303
    assert PID not in response.location


def test_the_first_page_says_what_it_is_who_asks_and_how_long_it_takes(visit, study):
    page = arrive(visit(), study(EstimatedMinutes=4))

    assert "Asked by" in page
    assert "about 4 minutes" in page


def test_a_look_at_the_link_makes_no_worker_and_takes_no_place(visit, study, client):
    address = study()
    arrive(visit(), address)

    assert people(client, address) == []


@pytest.mark.parametrize("pid", ["1", "ABC", "../../etc", "5f" * 13, ""])
def test_an_id_that_is_none_of_the_source_is_refused(visit, study, pid):
    assert visit().get(f"{study()}?PROLIFIC_PID={pid}").status_code == 400


def test_without_an_id_nobody_comes_in(visit, study):
    address, visitor = study(), visit()

    assert visitor.get(address).status_code == 403
    assert visitor.post(f"{address}/start").status_code == 403


def test_a_second_browser_goes_on_only_with_the_code_that_the_first_page_showed(visit, study, client):
    address = study()
    code = resume_code(start(visit(), address))
    second = visit()

    assert 'name="resume"' in arrive(second, address)
    assert second.post(f"{address}/start", resume="00000000").status_code == 422
    assert second.post(f"{address}/next").status_code == 403
    assert second.post(f"{address}/start", resume=code.lower()).status_code == 303
    assert second.post(f"{address}/next").location.startswith("/work/")
    assert len(people(client, address)) == 1


def test_a_phone_goes_on_by_the_link_in_the_picture(visit, study):
    address = study()
    page = start(visit(), address)
    code = resume_code(page)
    phone = visit()

    assert "<svg" in page
    assert f'value="{code}"' in phone.see(f"{address}?PROLIFIC_PID={PID}&resume={code}")
    assert phone.post(f"{address}/start", resume=code).status_code == 303


def test_codes_cannot_be_guessed_for_long(visit, study):
    address, thief = study(), visit()
    start(visit(), address)
    arrive(thief, address)

    statuses = [thief.post(f"{address}/start", resume=f"{n:08X}").status_code for n in range(12)]

    assert statuses[-1] == 429


@pytest.mark.long
def test_made_up_numbers_from_one_address_fill_no_study(visit, study, client):
    address = study(source="sona")
    statuses = []
    for number in range(45):
        visitor = visit()
        visitor.get(f"{address}?id={number}")
        statuses.append(visitor.post(f"{address}/start").status_code)

    assert statuses.count(200) == client.get_study(StudyId=address[3:])["Study"]["NumberOfParticipants"] == 40
    assert set(statuses[40:]) == {429}


def test_no_more_take_part_than_may_and_a_place_comes_back_from_who_leaves(visit, study):
    address = study(MaxParticipants=1, Codes=[{"Ending": "full", "Code": "CFULL"}])
    first, second = visit(), visit()
    begin(first, address)

    assert "<code>CFULL</code>" in arrive(second, address, OTHER)
    assert second.post(f"{address}/start").status_code == 403

    first.post(f"{address}/leave")
    assert second.post(f"{address}/start").status_code == 200


def test_a_place_is_free_again_when_nothing_was_answered_in_time(visit, study, at):
    address = study(MaxParticipants=1, Minutes=30)
    late, other = visit(), visit()
    begin(late, address)
    at.later(minutes=31)

    begin(other, address, OTHER)

    assert late.post(f"{address}/next").status_code == 403


def test_who_has_answered_keeps_the_place(visit, study, at):
    address = study(MaxParticipants=1, HITsPerParticipant=2)
    visitor = visit()
    answer(visitor, begin(visitor, address))
    at.later(minutes=40)

    assert visit().post(f"{address}/start").status_code == 403
    assert visitor.post(f"{address}/next").location.startswith("/work/")


def test_consent_comes_first_and_holds_no_markup_of_its_own(visit, study, client):
    address, visitor = study(Consent=CONSENT), visit()
    start(visitor, address)

    page = visitor.see(address)
    assert "<h2>Information</h2>" in page
    assert "<li>it takes a minute</li>" in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert visitor.post(f"{address}/next").location.endswith(address)

    digest = re.search(r'name="digest" value="(\w+)"', page)
    visitor.post(f"{address}/consent", agree="1", digest=digest[1])
    assert visitor.post(f"{address}/next").location.startswith("/work/")
    (person,) = people(client, address)
    assert person["ConsentDigest"] == digest[1]


def test_who_does_not_agree_is_told_the_code_for_it_and_does_nothing(visit, study, client):
    address = study(Consent=CONSENT, Codes=[{"Ending": "noconsent", "Code": "CNO"}])
    visitor = visit()
    start(visitor, address)

    visitor.post(f"{address}/consent")

    assert "<code>CNO</code>" in visitor.see(address)
    assert people(client, address)[0]["State"] == "Declined"


def test_a_closed_study_takes_nobody_new_and_lets_others_go_on(visit, study, client):
    address, inside = study(), visit()
    begin(inside, address)
    client.update_study(StudyId=address[3:], Open=False)

    assert 'name="token"' not in re.sub(
        r"<header.*?</header>", "", arrive(visit(), address, OTHER), flags=re.S
    )
    assert inside.post(f"{address}/next").location.startswith("/work/")


def test_a_study_that_is_over_says_so(visit, study, at):
    address = study(Until=at.now + timedelta(hours=1))
    at.later(hours=2)
    visitor = visit()
    arrive(visitor, address)

    assert visitor.get(address).status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/dashboard", "/account", "/qualifications", "/groups/{group}", "/hits/{hit}"]
)
def test_a_session_of_a_study_reaches_nothing_else(visit, study, post, path):
    other = post()
    visitor = visit()
    begin(visitor, study())

    response = visitor.get(path.format(group=other["HITTypeId"], hit=other["HITId"]))

    assert response.status_code == 303
    assert response.location.startswith("/sign-in")


def test_a_session_of_a_study_is_nobodys_at_every_other_page(visit, study, app):
    visitor = visit()
    begin(visitor, study())
    args = {"study_id": "x", "assignment_id": "x", "group_id": "x", "hit_id": "x"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("site.")]
    paths = [
        rule.rule.replace(f"<{name}>", value)
        for rule in rules
        for name, value in args.items()
        if "GET" in rule.methods and not rule.arguments - {name} and (rule.arguments or name == "hit_id")
    ]

    seen = {path: visitor.get(path) for path in paths}

    assert len(seen) > 10
    assert not [path for path, page in seen.items() if "participant-" in page.text or "Sign out" in page.text]


def test_another_participants_receipt_and_work_are_not_there(visit, study):
    address, anna, ben = study(HITsPerParticipant=2), visit(), visit()
    first = begin(anna, address)
    answer(anna, first)
    begin(ben, address, OTHER)

    assert ben.get(first).status_code == 404
    assert ben.get(f"{first}/receipt").status_code == 404


def test_a_session_of_one_study_does_no_work_of_another(visit, study):
    one, two = study(), study()
    visitor = visit()
    begin(visitor, one)
    work = begin(visitor, two)
    start_again = visit()
    begin(start_again, one, OTHER)

    assert start_again.get(work).status_code in (303, 404)


def test_another_cannot_see_the_end_or_the_work(visit, study):
    address, visitor = study(Codes=[{"Ending": "done", "Code": "CSECRET"}]), visit()
    work = begin(visitor, address)
    answer(visitor, work)
    thief = visit()
    arrive(thief, address)

    assert "CSECRET" not in thief.see(address)
    assert thief.get(work).status_code == 303


def test_a_link_to_one_study_is_none_to_another(visit, study):
    one, two = study(), study()
    visitor = visit()
    arrive(visitor, one)

    assert visitor.get(two).status_code == 403


def test_the_same_person_is_the_same_worker_in_every_study(visit, study, client):
    one, two = study(), study()
    begin(visit(), one)
    begin(visit(), two)

    assert people(client, one)[0]["WorkerId"] == people(client, two)[0]["WorkerId"]


def test_anybody_may_come_where_the_link_needs_no_id(visit, study, client):
    address = study(source="link")
    for _ in range(2):
        visitor = visit()
        visitor.post(f"{address}/start")
        answer(visitor, str(visitor.post(f"{address}/next").location))

    assert [person["State"] for person in people(client, address)] == ["Finished", "Finished"]


def test_a_blocked_worker_is_told_that_there_is_nothing_for_them(visit, study, client):
    one = study()
    begin(visit(), one)
    client.create_worker_block(WorkerId=people(client, one)[0]["WorkerId"], Reason="no")
    visitor = visit()
    two = study()
    arrive(visitor, two)

    assert visitor.post(f"{two}/start").status_code == 403


def test_who_took_part_elsewhere_is_told_the_code_for_it_and_takes_no_place(visit, study, client):
    visitor = visit()
    begin(visitor, study())
    hits = [hit["HITId"] for hit in client.list_hits()["HITs"]]
    made = client.put_participation_type(Name="Pilot", Description="d", CountsHeld=True, HITIds=hits)
    type_id = made["ParticipationType"]["QualificationTypeId"]
    asked = [{"QualificationTypeId": type_id, "Comparator": "LessThan", "IntegerValues": [1]}]
    main = study(asked=asked, Codes=[{"Ending": "excluded", "Code": "COUT"}])
    visitor = visit()
    arrive(visitor, main)

    assert "<code>COUT</code>" in visitor.post(f"{main}/start").text
    assert people(client, main) == []


def test_where_nothing_is_left_it_is_the_end(visit, study):
    address, visitor = study(hits=1, HITsPerParticipant=5), visit()

    assert answer(visitor, begin(visitor, address)).endswith(address)
    assert "<code>" in visitor.see(address)


def test_a_study_that_is_not_there_is_not_found(visit):
    assert visit().get("/s/nothing").status_code == 404


def test_an_answer_that_screens_out_ends_it_with_its_code(visit, study, client):
    out = [{"QuestionIdentifier": "bird", "Answer": "an owl"}]
    address = study(HITsPerParticipant=2, Screenout=out, Codes=[{"Ending": "screenout", "Code": "COUT"}])
    visitor = visit()

    assert answer(visitor, begin(visitor, address)).endswith(address)
    assert "<code>COUT</code>" in visitor.see(address)
    assert visitor.post(f"{address}/next").location.endswith(address)
    assert [(person["State"], person["Code"]) for person in people(client, address)] == [
        ("ScreenedOut", "COUT")
    ]


def test_the_last_page_leads_on_where_the_source_wants_it(visit, study):
    for source, leads in (("prolific", True), ("link", False)):
        address, visitor = study(hits=1, source=source), visit()
        arrive(visitor, address) if leads else None
        visitor.post(f"{address}/start")
        answer(visitor, str(visitor.post(f"{address}/next").location))

        assert ("Refresh" in visitor.get(address).headers) is leads


def test_a_participant_may_make_an_account_and_keeps_the_worker_id(visit, study, client):
    address, visitor = study(hits=1), visit()
    answer(visitor, begin(visitor, address))
    assert f'href="{address}/keep"' in visitor.see(address)

    assert visitor.post(f"{address}/keep", name="anna", password="short").status_code == 422
    assert visitor.post(f"{address}/keep", name="anna", password="long enough now").location.endswith("/")
    assert people(client, address)[0]["WorkerId"] in visitor.see("/account")


def test_nobody_makes_an_account_of_who_did_another_study_by_knowing_their_id(visit, study):
    begin(visit(), study())
    address, thief = study(hits=1), visit()
    answer(thief, begin(thief, address))

    assert "/keep" not in thief.see(address)
    assert thief.post(f"{address}/keep", name="thief", password="long enough now").location.endswith(address)


@pytest.mark.parametrize("settings", [SiteSettings(sign_up="closed")])
def test_where_nobody_signs_up_no_participant_makes_an_account(visit, study, settings):
    address, visitor = study(hits=1), visit()
    answer(visitor, begin(visitor, address))

    assert "/keep" not in visitor.see(address)
    assert visitor.post(f"{address}/keep", name="anna", password="long enough now").location.endswith(address)


def test_what_studies_keep_is_in_order(visit, study, store):
    visitor = visit()
    answer(visitor, begin(visitor, study()))

    assert checks.check(store) == []


def test_a_source_that_nobody_knows_is_refused(study, client):
    with pytest.raises(client.exceptions.RequestError, match="There is no source"):
        study(source="nowhere")


@pytest.fixture
def lesson(study, client):
    """Open a study of a class, and return its address and the links of two pupils."""
    address = study(source="class")
    made = client.put_study_links(StudyId=address[3:], ExternalIds=["anna", "ben"])["Links"]
    return address, [f"{address}?ticket={link['Token']}" for link in made]


def test_each_pupil_comes_in_by_a_link_of_their_own_in_any_browser(visit, lesson, client):
    address, (anna, _) = lesson
    for visitor in (visit(), visit()):
        visitor.see(anna)
        visitor.post(f"{address}/start")
        assert visitor.post(f"{address}/next").location.startswith("/work/")

    assert [person["ExternalId"] for person in people(client, address)] == ["anna"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda link: link[:-1],
        lambda link: link.replace("ticket=", "ticket=A"),
        lambda link: link.split("=")[0] + "=ben",
    ],
)
def test_a_link_that_was_changed_lets_nobody_in(visit, lesson, spoil):
    address, (anna, _) = lesson
    visitor = visit()

    assert visitor.get(spoil(anna)).status_code == 403
    assert visitor.post(f"{address}/start").status_code == 403


def test_a_link_of_one_study_is_none_of_another(visit, lesson, study):
    _, (anna, _) = lesson
    other = study(source="class")

    assert visit().get(f"{other}?{anna.partition('?')[2]}").status_code == 403


def test_a_revoked_link_shuts_out_who_came_by_it_and_a_new_one_opens(visit, lesson, client):
    address, (anna, _) = lesson
    inside, before = visit(), visit()
    for visitor in (inside, before):
        visitor.see(anna)
    inside.post(f"{address}/start")
    client.revoke_study_link(StudyId=address[3:], ExternalId="anna")

    assert inside.post(f"{address}/next").status_code == 403
    assert before.post(f"{address}/start").status_code == 403
    assert visit().get(anna).status_code == 403
    (new,) = client.put_study_links(StudyId=address[3:], ExternalIds=["anna"])["Links"]
    assert visit().get(anna).status_code == 403
    assert visit().get(f"{address}?ticket={new['Token']}").status_code == 303


def test_a_link_ends(visit, lesson, at):
    at.later(days=91)

    assert visit().get(lesson[1][0]).status_code == 403


def test_a_list_is_of_ids_and_for_studies_with_signed_links_alone(study, client):
    for address, ids in ((study(), ["anna"]), (study(source="class"), ["a b"])):
        with pytest.raises(client.exceptions.RequestError):
            client.put_study_links(StudyId=address[3:], ExternalIds=ids)


def test_a_hit_is_in_one_study_only(client, post):
    hit_id = post()["HITId"]
    terms = {"Source": "link", "HITsPerParticipant": 1, "Minutes": 30, "HITIds": [hit_id]}
    client.create_study(**terms)

    with pytest.raises(client.exceptions.RequestError, match="in one study only"):
        client.create_study(**terms)


@pytest.mark.parametrize("settings", [SiteSettings(studies=False)])
def test_a_site_without_studies_shows_none(visit, study, settings):
    assert visit().get(f"{study()}?PROLIFIC_PID={PID}").status_code == 404
