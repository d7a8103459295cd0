"""A qualification type belongs to the marketplace that it was made in."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from mturk_tasks.commands.qualifications import change, create, folder
from mturk_tasks.errors import RecordsError
from mturk_tasks.tasks.bootstrap import Embedded


def other(school):
    market = Embedded(school.home / "other.db", dry=False)
    return replace(school.context(), connect=market.connect, clock=market.now, market=lambda: market)


def files(school):
    return school.context().definition.files


def forget_the_id(school):
    first, *rest = school.read("trees.journal").splitlines()
    entry = {name: value for name, value in json.loads(first).items() if name != "marketplace"}
    school.write("trees.journal", "\n".join([json.dumps(entry), *rest]) + "\n")


@pytest.fixture
def made(school):
    create.run(school.context(), school.context().definition)
    return school


def test_elsewhere_the_type_is_said_to_be_of_another_marketplace(made):
    with pytest.raises(RecordsError, match=r"loaded into another marketplace \(sandbox, embedded, "):
        folder.find(other(made), files(made))
    with pytest.raises(RecordsError, match="another marketplace"):
        folder.of_id_file(other(made), made.folder / "trees.properties.success")


def test_a_creation_elsewhere_sets_it_aside_and_each_marketplace_finds_its_own(made, capsys):
    here = folder.find(made.context(), files(made)).type_id
    create.run(other(made), made.context().definition)

    assert "trees.* of another marketplace" in capsys.readouterr().err
    assert folder.find(made.context(), files(made)).type_id == here
    assert folder.find(other(made), files(made)).type_id != here


def test_a_journal_without_an_id_belongs_where_its_type_is_known(made):
    forget_the_id(made)

    assert folder.find(made.context(), files(made)).type_id
    with pytest.raises(RecordsError, match="another marketplace"):
        folder.find(other(made), files(made))


def test_a_type_that_was_retired_here_is_known_here(made):
    change.retire(made.context(), made.qualification())
    forget_the_id(made)

    with pytest.raises(RecordsError, match="was retired"):
        folder.find(made.context(), files(made))
