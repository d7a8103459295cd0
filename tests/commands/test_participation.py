"""Who took part elsewhere is kept out, or let in, and nobody takes part more often than wanted."""

import shutil

import pytest

from mturk_tasks.commands.surveys import check, load, status, update
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError
from mturk_tasks.files import identity
from mturk_tasks.marketplace.due import read_current
from mturk_tasks.marketplace.worker import work
from mturk_tasks.marketplace.worker.work import Refused
from tests.bench import ANSWER, Bench

SETTINGS = "# Settings\nmturk:\n  layout: 1\n  kind: survey\n"


@pytest.fixture
def pilot(bench):
    """A survey that was loaded before, beside the folder of the main one."""
    own = Bench(bench.folder.parent / "pilot", bench.home)
    own.write("invoke.yaml", SETTINGS)
    own.write("birds.properties", own.read("birds.properties").replace("Name the bird", "Pilot"))
    load.run(own.context(), LoadRequest())
    return own


@pytest.fixture
def main(bench):
    bench.write("invoke.yaml", SETTINGS)
    return bench


def hits(own, label="birds"):
    lines = own.read(f"{label}.success").splitlines()[1:]
    return [line.split("\t")[0] for line in lines]


def do(own, hit_id, worker_id="AWORKER1"):
    now = own.market.now()
    held = work.accept(own.store, worker_id, hit_id, now)
    work.submit(own.store, held.assignment_id, worker_id, ANSWER.format("owl"), now)


def finds(own, worker_id, hit_id):
    with read_current(own.store, own.market.now()) as transaction:
        return hit_id in work.available(transaction, worker_id, 1000)


def test_who_did_the_pilot_cannot_find_or_do_the_main_survey(main, pilot):
    main.set("exclude", "../pilot")
    load.run(main.context(), LoadRequest())
    do(pilot, hits(pilot)[0])

    assert not finds(main, "AWORKER1", hits(main)[0])
    assert finds(main, "ANEWCOMER", hits(main)[0])
    with pytest.raises(Refused, match="HITs taken of pilot"):
        work.accept(main.store, "AWORKER1", hits(main)[0], main.market.now())


def test_what_the_pilot_loads_later_counts_too(main, pilot):
    main.set("exclude", "../pilot")
    load.run(main.context(), LoadRequest())
    pilot.rows("tit.jpg")
    load.run(pilot.context(), LoadRequest(label="second"))
    do(pilot, hits(pilot, "second")[0])

    assert not finds(main, "AWORKER1", hits(main)[0])


def test_only_who_did_the_screening_may_take_part(main, pilot):
    main.set("only", "../pilot")
    load.run(main.context(), LoadRequest())

    assert not finds(main, "AWORKER1", hits(main)[0])
    do(pilot, hits(pilot)[0])
    assert finds(main, "AWORKER1", hits(main)[0])


def test_a_set_of_the_folder_can_be_excluded(main):
    load.run(main.context(), LoadRequest(label="wave1"))
    main.set("exclude", "wave1")
    load.run(main.context(), LoadRequest(label="wave2"))
    do(main, hits(main, "wave1")[0])

    assert not finds(main, "AWORKER1", hits(main, "wave2")[0])
    assert finds(main, "AWORKER1", hits(main, "wave1")[1])


def test_nobody_does_more_hits_of_a_survey_than_may_whatever_set_they_are_in(main):
    load.run(main.context(), LoadRequest(label="wave1"))
    do(main, hits(main, "wave1")[0])
    main.set("perworker", "2")
    load.run(main.context(), LoadRequest(label="wave2"))
    do(main, hits(main, "wave2")[0])

    with pytest.raises(Refused, match="asks for a qualification"):
        do(main, hits(main, "wave2")[1])
    do(main, hits(main, "wave2")[1], "ANEWCOMER")


def test_an_update_keeps_what_is_asked(main, pilot):
    main.set("exclude", "../pilot")
    load.run(main.context(), LoadRequest())
    main.write("birds.properties", main.read("birds.properties").replace("Name the bird", "Name it"))
    update.run(main.context())
    do(pilot, hits(pilot)[0])

    assert not finds(main, "AWORKER1", hits(main)[0])


def test_a_folder_that_was_moved_is_the_same_survey(main, pilot):
    main.set("exclude", "../pilot")
    load.run(main.context(), LoadRequest())
    own = identity.read(pilot.folder)
    pilot.folder = shutil.move(pilot.folder, pilot.folder.with_name("first"))
    main.set("exclude", "../first")
    load.run(main.context(), LoadRequest(label="again"))
    do(pilot, hits(pilot)[0])

    assert identity.read(pilot.folder) == own
    assert not finds(main, "AWORKER1", hits(main, "again")[0])


def test_check_and_status_say_how_many_are_shut_out(main, pilot):
    main.set("exclude", "../pilot")
    load.run(main.context(), LoadRequest())
    do(pilot, hits(pilot)[0])
    said = "exclude: ../pilot: 1 worker cannot take part"

    assert said in "\n".join(status.run(main.context()).lines)
    assert said in "\n".join(check.run(main.context()).lines)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("exclude", "../nowhere", "../nowhere is no folder of a survey"),
        ("exclude", "wave9", "wave9 is no set of this folder"),
        ("exclude", "birds", "birds is the set that is loaded"),
        ("only", ".", "is this survey itself"),
        ("exclude", "../pilot,,", "has an empty name"),
        ("perworker", "0", "is out of range"),
    ],
)
def test_what_is_not_there_is_said_with_its_line_before_anything_is_made(main, pilot, key, value, said):
    main.set(key, value)
    with pytest.raises(FileError, match=rf"birds.properties:10: {key}: .*{said}"):
        load.run(main.context(), LoadRequest())

    assert not (main.folder / "birds.journal").exists()


def test_more_rules_than_a_hit_type_can_have_are_refused(main):
    for number in range(11):
        load.run(main.context(), LoadRequest(label=f"wave{number}"))
    main.set("exclude", ", ".join(f"wave{number}" for number in range(11)))

    with pytest.raises(FileError, match=r"birds.properties:10: 11 rules .* are too many; 10 can be asked"):
        load.run(main.context(), LoadRequest(label="last"))


def test_a_cap_below_what_a_participant_does_is_refused(main):
    main.set("perworker", "2\nrecruit: link\nrecruit.hits: 5")

    with pytest.raises(FileError, match=r"birds.properties:10: perworker: .* recruit.hits: 5"):
        load.run(main.context(), LoadRequest())


def test_a_survey_gets_an_id_that_its_settings_keep(main):
    main.set("perworker", "1")
    load.run(main.context(), LoadRequest())
    own = identity.read(main.folder)

    assert len(own) == 16
    assert (
        main.read("invoke.yaml").replace(f"  id: {own}  # of this survey, wherever its folder goes\n", "")
        == SETTINGS
    )
    assert identity.ensure(main.folder) == own
