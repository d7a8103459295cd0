"""What only some marketplaces take is asked of the marketplace, before anything is spent."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from mturk_tasks.client.assignments import AccountBalance, Marketplace
from mturk_tasks.commands.surveys import check, load
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError, Unavailable
from mturk_tasks.marketplace.storage import about

DATA = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"
EXTERNAL = (
    f'<ExternalQuestion xmlns="{DATA}/2006-07-14/ExternalQuestion.xsd">\n'
    "<ExternalURL>http://lab.example.org/bird?picture=${picture}</ExternalURL>\n"
    "<FrameHeight>400</FrameHeight></ExternalQuestion>"
)
LAYOUT = f'<!DOCTYPE html><form><p>${{picture}}</p><input name="a"></form><!-- {"x" * 70_000} -->'
LARGE = (
    f'<HTMLQuestion xmlns="{DATA}/2011-11-11/HTMLQuestion.xsd"><HTMLContent><![CDATA[{LAYOUT}]]>'
    "</HTMLContent><FrameHeight>400</FrameHeight></HTMLQuestion>"
)


@pytest.fixture
def foreign(bench):
    """A context at a service that tells nothing of itself."""
    context = bench.context()
    context.account = AccountBalance(Decimal(1000), Marketplace())
    return context


@pytest.fixture
def offline(bench):
    """A context whose service cannot be reached."""

    def connect():
        raise Unavailable("the service cannot be reached")

    return replace(bench.context(), connect=connect)


def warnings(capsys):
    return [line for line in capsys.readouterr().err.splitlines() if "http" in line or "bytes" in line]


def test_pages_over_http_are_loaded_into_the_sandbox_with_one_warning(bench, capsys):
    bench.write("birds.question", EXTERNAL)

    assert load.run(bench.context(), LoadRequest()).counts["created"] == 3
    (said,) = warnings(capsys)
    assert "write https://lab.example.org/bird?picture=owl.jpg" in said
    assert said.endswith(
        "(with line 2 of birds.input and 2 more); here it is shown, as this marketplace is not https"
    )


@pytest.mark.parametrize(
    "command", [check.run, lambda context: load.run(context, LoadRequest())], ids=["check", "load"]
)
def test_a_marketplace_over_https_refuses_them_before_anything_is_made(bench, command):
    about.remember_address(bench.store, "https://market.example.org")
    bench.write("birds.question", EXTERNAL)

    with pytest.raises(
        FileError, match=r"birds.question:2: ExternalURL begins with http://.* write https://lab"
    ):
        command(bench.context())
    assert bench.hits() == []


def test_a_page_over_http_is_none_for_a_service_that_does_not_tell_its_address(bench, foreign):
    bench.write("birds.question", EXTERNAL)
    with pytest.raises(FileError, match="ExternalURL begins with http://"):
        load.run(foreign, LoadRequest())


def test_a_large_layout_is_loaded_into_the_sandbox(bench, capsys):
    bench.write("birds.question", LARGE)

    assert load.run(bench.context(), LoadRequest()).counts["created"] == 3
    assert warnings(capsys) == []


@pytest.mark.parametrize(
    "command", [check.run, lambda context: load.run(context, LoadRequest())], ids=["check", "load"]
)
def test_a_large_layout_is_refused_where_the_service_is_not_of_this_project(bench, foreign, command):
    bench.write("birds.question", LARGE)

    with pytest.raises(
        FileError, match="a service that is not of this project takes at most 65535"
    ) as refused:
        command(foreign)
    assert len(refused.value.problems) == 1
    assert bench.hits() == []


@pytest.mark.parametrize("question", [EXTERNAL, LARGE], ids=["over http", "large"])
def test_a_survey_looked_over_without_a_marketplace_learns_what_depends_on_it(
    bench, offline, question, capsys
):
    bench.write("birds.question", question)

    check.run(offline)

    assert len(warnings(capsys)) == 1


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1:5000", "own host, 127.0.0.1, .* write localhost, or open the site as localhost"),
        ("0x7f.1:5000", "own host, 127.0.0.1, "),
        ("b\u00fccher.example", "cannot be told from the marketplace's own"),
    ],
)
def test_a_page_at_the_marketplaces_own_host_is_warned_of(bench, capsys, host, said):
    about.remember_address(bench.store, "http://127.0.0.1:8017")
    bench.write("birds.question", EXTERNAL.replace("lab.example.org", host))

    check.run(bench.context())
    (warned,) = [
        line for line in capsys.readouterr().err.splitlines() if "requests to its own server" in line
    ]
    assert "birds.question:2: " in warned
    assert re.search(said, warned)


@pytest.mark.parametrize("host", ["localhost:5000", "lab.example.org"])
def test_a_page_at_another_host_is_at_home_in_its_frame(bench, capsys, host):
    about.remember_address(bench.store, "http://127.0.0.1:8017")
    bench.write("birds.question", EXTERNAL.replace("lab.example.org", host))

    check.run(bench.context())
    assert "requests to its own server" not in capsys.readouterr().err
