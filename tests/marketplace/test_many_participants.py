"""Two hundred people want a hundred places at once: a hundred get one, on either database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from mturk_tasks.marketplace.operator import checks
from mturk_tasks.marketplace.studies import participants
from mturk_tasks.marketplace.studies.participants import Arrival, Refused
from mturk_tasks.marketplace.web.accounts import accounts
from mturk_tasks.marketplace.worker import work
from tests.marketplace.conftest import ANSWER

PEOPLE, PLACES = 200, 100


@pytest.mark.long
def test_places_are_given_once_each(store, client, post, at):
    hits = [post(MaxAssignments=60)["HITId"] for _ in range(3)]
    terms = {"Source": "prolific", "HITsPerParticipant": 1, "Minutes": 30, "MaxParticipants": PLACES}
    study_id = client.create_study(HITIds=hits, **terms)["Study"]["StudyId"]

    def take_part(number: int) -> str:
        arrival = Arrival(f"{number:024x}")
        make = accounts.enter_participant
        try:
            worker, _ = participants.enter(store, study_id, arrival, at.now, resume="", make_worker=make)
        except Refused as refused:
            return refused.reason
        held = participants.next_assignment(store, study_id, worker, at.now)
        work.submit(store, held, worker, ANSWER, at.now)
        participants.finish(store, study_id, worker, at.now)
        return "done"

    with ThreadPoolExecutor(20) as people:
        ends = list(people.map(take_part, range(PEOPLE)))

    assert (ends.count("done"), ends.count("full")) == (PLACES, PEOPLE - PLACES)
    study = client.get_study(StudyId=study_id)["Study"]
    assert (study["NumberOfParticipants"], study["NumberFinished"]) == (PLACES, PLACES)
    assert checks.check(store) == []
