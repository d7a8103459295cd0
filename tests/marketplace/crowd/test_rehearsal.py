from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import partial

import pytest

from mturk_tasks.client.session import connect
from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.simulation import population, rehearsal
from mturk_tasks.marketplace.storage import about, opening
from mturk_tasks.marketplace.worker import work
from mturk_tasks.markup.answers import parse

pytestmark = pytest.mark.walk

REAL = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
FOREVER = 30 * 24 * 3600


@pytest.fixture
def at(at, store):
    """Let the client see the sandbox's own clock, which rehearsals move."""

    class Sandbox:
        @property
        def now(self):
            return about.now(store, REAL)

    return Sandbox()


@pytest.fixture
def rehearse(store):
    return partial(rehearsal.rehearse, store, workers=5, seed=1, real_now=REAL)


@pytest.fixture
def hits(post, kind):
    """Make some HITs of three assignments, approved after a month; return their IDs."""

    def make(count=4, **changes):
        changes = {"MaxAssignments": 3, "AutoApprovalDelayInSeconds": FOREVER} | changes
        return [post(**changes, RequesterAnnotation=str(number))["HITId"] for number in range(count)]

    return make


@pytest.fixture
def done(client):
    """Return the submitted assignments of some HITs."""

    def read(hit_ids):
        pages = (client.list_assignments_for_hit(HITId=hit_id) for hit_id in hit_ids)
        return [assignment for page in pages for assignment in page["Assignments"]]

    return read


def test_every_assignment_gets_done(rehearse, hits, get, done):
    hit_ids = hits()
    rehearsal = rehearse(hit_ids)
    assert (rehearsal.submitted, rehearsal.hits, rehearsal.notes) == (12, 4, ())
    assert {get(hit_id)["HITStatus"] for hit_id in hit_ids} == {"Reviewable"}
    assert len(done(hit_ids)) == 12


def test_answers_are_to_what_was_asked(rehearse, hits, done):
    hit_ids = hits(1)
    rehearse(hit_ids)
    assert [parse(one["Answer"])[0].question for one in done(hit_ids)] == ["colour"] * 3


def test_skipped_places_stay_open(rehearse, hits, get):
    hit_ids = hits()
    assert rehearse(hit_ids, skip=1).submitted == 8
    assert [get(hit_id)["NumberOfAssignmentsAvailable"] for hit_id in hit_ids] == [1] * 4


def test_skipping_all_places_leaves_everything_as_it_is(rehearse, hits, store):
    assert rehearse(hits(), skip=3).submitted == 0
    assert about.offset(store) == timedelta(0)


def test_a_second_rehearsal_fills_what_the_first_left(rehearse, hits, get):
    hit_ids = hits()
    rehearse(hit_ids, skip=2)
    assert rehearse(hit_ids).submitted == 8
    assert {get(hit_id)["NumberOfAssignmentsAvailable"] for hit_id in hit_ids} == {0}


def test_a_worker_does_a_hit_once(rehearse, hits, done):
    hit_ids = hits(2)
    rehearsal = rehearse(hit_ids, workers=2)
    assert rehearsal.submitted == 4
    assert rehearsal.notes[0].startswith("2 assignment(s) stay open: a worker does each HIT once")
    assert len({(one["HITId"], one["WorkerId"]) for one in done(hit_ids)}) == 4


def test_nothing_lies_in_the_future(rehearse, hits, done, at):
    hit_ids = hits(10)
    rehearsal = rehearse(hit_ids)
    moments = [one[name] for one in done(hit_ids) for name in ("AcceptTime", "SubmitTime")]
    assert rehearsal.began <= min(moments)
    assert max(moments) <= rehearsal.ended == at.now


def test_every_assignment_takes_a_plausible_time(rehearse, hits, done):
    hit_ids = hits()
    rehearse(hit_ids)
    seconds = [(one["SubmitTime"] - one["AcceptTime"]).total_seconds() for one in done(hit_ids)]
    assert 5 < min(seconds) < max(seconds) < 600


def test_the_clock_stands_still_while_no_time_passes(rehearse, hits, store):
    hit_ids = hits(1)
    rehearsal = rehearse(hit_ids)
    assert rehearsal.ended - rehearsal.began == about.offset(store) > timedelta(0)


def test_a_long_rehearsal_leaves_half_of_the_lifetime(rehearse, hits):
    rehearsal = rehearse(hits(30, LifetimeInSeconds=120))
    assert rehearsal.submitted == 90
    assert rehearsal.ended - rehearsal.began <= timedelta(seconds=60)


def test_work_is_done_before_the_first_approves_itself(rehearse, hits, done):
    hit_ids = hits(30, AutoApprovalDelayInSeconds=600)
    rehearse(hit_ids)
    assert {one["AssignmentStatus"] for one in done(hit_ids)} == {"Submitted"}


def test_what_approves_itself_at_once_is_done_all_the_same(rehearse, hits, done):
    hit_ids = hits(AutoApprovalDelayInSeconds=0)
    assert rehearse(hit_ids).submitted == 12
    assert {one["AssignmentStatus"] for one in done(hit_ids)} == {"Approved"}


def test_a_returned_hit_is_done_by_somebody_in_the_end(rehearse, hits, get):
    hit_ids = hits(30)
    rehearsal = rehearse(hit_ids)
    assert rehearsal.returned > 0
    assert rehearsal.submitted == 90
    assert {get(hit_id)["NumberOfAssignmentsPending"] for hit_id in hit_ids} == {0}


def outcome(seed):
    with opening.open_store(None) as store:
        client = connect(None)
        attach(client, store, lambda: about.now(store, REAL))
        question = (
            '<ExternalQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/'
            '2006-07-14/ExternalQuestion.xsd"><ExternalURL>https://example.org/</ExternalURL>'
            "<FrameHeight>0</FrameHeight></ExternalQuestion>"
        )
        request = {"Title": "t", "Description": "d", "Reward": "0.01", "AssignmentDurationInSeconds": 600}
        request |= {"LifetimeInSeconds": 9000, "Question": question, "MaxAssignments": 2}
        made = [client.create_hit(**request)["HIT"]["HITId"] for _ in range(5)]
        rehearsal.rehearse(store, made, workers=4, seed=seed, real_now=REAL)
        return [
            (number, one["WorkerId"], one["SubmitTime"], one["Answer"])
            for number, hit_id in enumerate(made)
            for one in client.list_assignments_for_hit(HITId=hit_id)["Assignments"]
        ]


def test_the_same_seed_gives_the_same_workers_times_and_answers():
    assert outcome(7) == outcome(7)
    assert outcome(7) != outcome(8)


def test_worker_ids_are_well_formed_and_their_own():
    ids = {population.worker_id(seed, number) for seed in range(3) for number in range(20)}
    assert len(ids) == 60
    assert all(re.fullmatch("A[A-Z0-9]{13}", one) for one in ids)


def test_a_rehearsal_waits_while_a_person_works(rehearse, hits, store, at):
    hit_ids = hits()
    accepted = work.accept(store, "APERSON", hit_ids[0], at.now)
    with pytest.raises(MTurkTasksError, match=r"people are working on 1 assignment"):
        rehearse(hit_ids)
    work.give_back(store, accepted.assignment_id, "APERSON", at.now)
    assert rehearse(hit_ids).submitted == 12


def test_what_an_interrupted_rehearsal_held_is_given_back_first(rehearse, hits, store, at, get):
    hit_ids = hits(1, MaxAssignments=1)
    work.register(store, "AROBOT", True, at.now)
    work.accept(store, "AROBOT", hit_ids[0], at.now)
    assert rehearse(hit_ids).submitted == 1


def test_a_blocked_worker_does_nothing(rehearse, hits, client, done):
    hit_ids = hits()
    blocked = population.worker_id(1, 0)
    client.create_worker_block(WorkerId=blocked, Reason="no")
    assert rehearse(hit_ids).submitted == 12
    assert blocked not in {one["WorkerId"] for one in done(hit_ids)}


def test_hits_that_are_over_or_unknown_are_left_alone(rehearse, hits, client):
    over, live = hits(2)
    client.update_expiration_for_hit(HITId=over, ExpireAt=REAL - timedelta(days=1))
    rehearsal = rehearse([over, "3NOBODYKNOWSTHIS", live])
    assert (rehearsal.submitted, rehearsal.hits) == (3, 1)


def test_a_format_that_nothing_fits_is_noted(rehearse, hits, question):
    page = question.replace('name="colour"', 'name="colour" pattern="(?=a)b"')
    rehearsal = rehearse(hits(2, Question=page))
    assert rehearsal.submitted == 6
    assert rehearsal.notes == (
        "colour: no text was found that fits its format; 6 time(s) it holds ordinary words or nothing, or "
        "the HIT was returned",
    )


@pytest.mark.parametrize(("required", "submitted"), [("true", 0), ("false", 6)])
def test_simulated_workers_pass_the_same_gate(rehearse, hits, test_form, done, required, submitted):
    impossible = (
        f"<IsRequired>{required}</IsRequired><QuestionContent><Text>?</Text></QuestionContent>"
        '<AnswerSpecification><FreeTextAnswer><Constraints><AnswerFormatRegex regex="(?=a)b"/></Constraints>'
        "</FreeTextAnswer></AnswerSpecification></Question>"
    )
    form = re.sub("<QuestionContent>.*</Question>", impossible, test_form)
    hit_ids = hits(2, Question=form)

    assert rehearse(hit_ids).submitted == submitted
    assert [parse(one["Answer"])[0].flat for one in done(hit_ids)] == [""] * submitted


def test_a_hit_that_nobody_can_submit_is_returned_and_that_is_noted(rehearse, hits, question, done):
    tool = "<crowd-form><crowd-polygon name='p'></crowd-polygon></crowd-form>"
    hit_ids = hits(1, Question=question.replace('<form><input name="colour"></form>', tool))
    rehearsal = rehearse(hit_ids)

    assert (rehearsal.submitted, done(hit_ids)) == (0, [])
    assert (
        "a HIT was returned: workers of this marketplace cannot draw in a crowd-polygon" in rehearsal.notes[0]
    )


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"skip": -1}])
def test_numbers_that_mean_nothing_are_refused(rehearse, hits, wrong):
    with pytest.raises(UsageError):
        rehearse(hits(1), **wrong)


def test_the_api_tells_simulated_work_from_that_of_people(rehearse, hits, client, store):
    (hit_id,) = hits(1)
    person = work.accept(store, "APERSON", hit_id, about.now(store, REAL)).assignment_id
    work.submit(store, person, "APERSON", "", about.now(store, REAL))
    rehearse([hit_id])

    listed = client.list_assignments_for_hit(HITId=hit_id)["Assignments"]
    assert sorted((one["WorkerId"] == "APERSON", one.get("Simulated")) for one in listed) == [
        (False, True),
        (False, True),
        (True, None),
    ]
    assert client.get_assignment(AssignmentId=listed[0]["AssignmentId"])["Assignment"] == listed[0]
