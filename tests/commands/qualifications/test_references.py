from __future__ import annotations

from dataclasses import replace

import pytest

from mturk_tasks.commands.qualifications import change, folder
from mturk_tasks.commands.surveys import load, update
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError
from mturk_tasks.vocabulary.environments import PRODUCTION, Environment
from mturk_tasks.vocabulary.requirements import (
    MASTERS_IN_PRODUCTION,
    MASTERS_IN_SANDBOX,
    QualificationRequirement,
)
from tests.bench import PROPERTIES, Bench


@pytest.fixture
def bench(school):
    """A survey beside the qualification folder, in the same sandbox."""
    return Bench(school.folder.parent / "birds", school.home)


def ask(bench, *lines):
    bench.write("birds.properties", PROPERTIES + "\n".join(lines) + "\n")


def asked(bench):
    return [one["QualificationTypeId"] for one in bench.hits()[0]["QualificationRequirements"]]


BY_FOLDER = ("qualification.1: @../trees", "qualification.comparator.1: Exists")


def test_a_folder_stands_for_the_type_that_it_made(school, bench):
    type_id = school.create().type_id
    ask(bench, *BY_FOLDER)
    load.run(bench.context(), LoadRequest())
    assert asked(bench) == [type_id]


def test_an_update_looks_the_folder_up_too(school, bench):
    type_id = school.create().type_id
    load.run(bench.context(), LoadRequest())
    ask(bench, *BY_FOLDER)
    update.run(bench.context())
    assert asked(bench) == [type_id]


def test_a_row_may_name_the_folder(school, bench):
    type_id = school.create().type_id
    bench.write("birds.input", "picture\tfolder\nowl.jpg\ttrees\n")
    ask(bench, "qualification.1: @../${folder}", "qualification.comparator.1: Exists")
    load.run(bench.context(), LoadRequest())
    assert asked(bench) == [type_id]


def test_a_folder_without_a_type_here_stops_the_load_with_the_line(school, bench):
    ask(bench, *BY_FOLDER)
    with pytest.raises(FileError) as refused:
        load.run(bench.context(), LoadRequest())
    message = (
        "qualification: @../trees names no qualification here: trees is not in sandbox yet; begin with inv"
    )
    assert f"birds.properties:10: {message}" in str(refused.value)
    assert (bench.hits(), (bench.folder / "birds.journal").exists()) == ([], False)


def test_a_retired_type_stops_the_load(school, bench):
    school.create()
    change.retire(school.context(), school.qualification())
    ask(bench, *BY_FOLDER)
    with pytest.raises(FileError, match="trees was retired"):
        load.run(bench.context(), LoadRequest())


def test_a_folder_that_is_not_there_stops_the_load(bench):
    ask(bench, "qualification.1: @../bushes", "qualification.comparator.1: Exists")
    with pytest.raises(FileError, match=r"birds\.properties:10: .*bushes: is no folder"):
        load.run(bench.context(), LoadRequest())


def test_an_inactive_type_stops_the_load(school, bench):
    type_id = school.create().type_id
    school.client.update_qualification_type(QualificationTypeId=type_id, QualificationTypeStatus="Inactive")
    ask(bench, *BY_FOLDER)
    with pytest.raises(FileError, match=r":10: .*Knows trees is inactive, and no new HIT can ask for it"):
        load.run(bench.context(), LoadRequest())
    assert bench.hits() == []


@pytest.mark.parametrize("written", [MASTERS_IN_PRODUCTION, MASTERS_IN_SANDBOX])
@pytest.mark.parametrize(
    ("place", "sent"), [("sandbox", MASTERS_IN_SANDBOX), (PRODUCTION, MASTERS_IN_PRODUCTION)]
)
def test_masters_are_those_of_the_environment_and_a_change_is_said(bench, capsys, written, place, sent):
    context = replace(bench.context(), environment=Environment(place, "http://127.0.0.1:1", ""))
    requirement = QualificationRequirement(written, "Exists", line=7)
    (resolved,) = folder.resolve(context, [requirement], bench.folder / "birds.properties")

    assert resolved.type_id == sent
    assert ("birds.properties:7" in capsys.readouterr().err) == (written != sent)


def test_a_system_type_that_is_not_there_is_named_with_the_line_and_with_those_that_are(bench):
    asks_in_vain = ("qualification.1: 00000000000000000070", "qualification.comparator.1: LessThan")
    ask(bench, *asks_in_vain, "qualification.value.1: 5")
    with pytest.raises(
        FileError, match=r":10: .*0070 \(percentage of abandoned assignments\) does not exist"
    ):
        load.run(bench.context(), LoadRequest())
    assert (bench.hits(), (bench.folder / "birds.journal").exists()) == ([], False)
