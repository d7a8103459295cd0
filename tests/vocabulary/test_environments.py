from __future__ import annotations

from typing import Any

import pytest

from mturk_tasks.errors import UsageError
from mturk_tasks.vocabulary.environments import (
    AMAZON_ENDPOINT,
    Configured,
    Environment,
    Site,
    choose,
    goes_in_the_clear,
)

OURS = "https://market.example.org"
THEIRS = "https://other.example.org"


def test_without_a_word_it_is_the_embedded_sandbox():
    chosen = choose(Configured())

    assert chosen.name == "sandbox"
    assert chosen.embedded
    assert chosen.site == "http://127.0.0.1:8017"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        pytest.param(
            {"sandbox": True, "environment": "production"}, "sandbox", id="-sandbox beats the folder"
        ),
        pytest.param({"sandbox": True, "production": True}, "sandbox", id="-sandbox beats --production"),
        pytest.param({"production": True, "environment": "sandbox"}, "production", id="--production, folder"),
        pytest.param({"environment": "production"}, "production", id="the folder alone"),
        pytest.param({"environment": "sandbox"}, "sandbox", id="the folder names the sandbox"),
        pytest.param({}, "sandbox", id="an address alone never makes production"),
    ],
)
def test_who_decides_between_sandbox_and_production(said, name):
    addresses: dict[str, Any] = {"production_endpoint": OURS, "variable_endpoint": OURS}

    assert choose(Configured(**said, **addresses)).name == name


@pytest.mark.parametrize(
    ("configured", "variable", "endpoint"),
    [
        pytest.param(OURS, "", OURS, id="invoke.yaml"),
        pytest.param("", THEIRS, THEIRS, id="the variable"),
        pytest.param(OURS, THEIRS, OURS, id="invoke.yaml before the variable"),
        pytest.param("amazon", "", AMAZON_ENDPOINT, id="amazon by its name"),
        pytest.param("", "amazon", AMAZON_ENDPOINT, id="amazon in the variable"),
        pytest.param(f"{OURS}/", "", OURS, id="a final slash does not count"),
    ],
)
def test_where_production_is(configured, variable, endpoint):
    chosen = choose(Configured(production=True, production_endpoint=configured, variable_endpoint=variable))

    assert chosen.endpoint == endpoint
    assert not chosen.embedded


@pytest.mark.parametrize(
    ("configured", "variable", "noted"),
    [
        (OURS, THEIRS, True),
        ("amazon", THEIRS, True),
        (OURS, OURS, False),
        (OURS, f"{OURS}/", False),
        (OURS, "", False),
        ("", THEIRS, False),
        ("amazon", "amazon", False),
    ],
)
def test_two_different_addresses_are_noted(configured, variable, noted):
    chosen = choose(Configured(production=True, production_endpoint=configured, variable_endpoint=variable))

    assert (THEIRS in chosen.note and "is used" in chosen.note) == noted
    assert bool(chosen.note) == noted


def test_production_without_an_address_is_refused_with_the_way_to_name_one():
    with pytest.raises(UsageError, match="no production marketplace is configured") as refused:
        choose(Configured(production=True))

    assert "AWS_ENDPOINT_URL_MTURK" in str(refused.value)


def test_an_unknown_environment_is_refused():
    with pytest.raises(UsageError, match="'staging' is not known"):
        choose(Configured(environment="staging"))


def test_another_sandbox_may_be_named():
    chosen = choose(Configured(sandbox_endpoint="http://127.0.0.1:9000/"))

    assert chosen == Environment("sandbox", "http://127.0.0.1:9000", "http://127.0.0.1:9000")
    assert not chosen.embedded


def test_the_variable_does_not_move_the_sandbox():
    assert choose(Configured(variable_endpoint=THEIRS)).embedded


@pytest.mark.parametrize(
    "text",
    [
        *("market.example.org", "ftp://market", "https://", "http://[", "/srv/market", "amazon"),
        *("https://a b", "https://a\\@b", "https://a@b", "https://a\x1bb", "https://a\u202eb"),
    ],
)
def test_a_sandbox_at_no_address_is_refused(text):
    with pytest.raises(UsageError, match="no address of a marketplace"):
        choose(Configured(sandbox_endpoint=text))


@pytest.mark.parametrize(
    ("environment", "tag"),
    [
        (Environment("sandbox", "embedded", "http://127.0.0.1:8017"), "sandbox"),
        (Environment("sandbox", "http://127.0.0.1:9000", ""), "sandbox.127.0.0.1-9000"),
        (Environment("production", OURS, OURS), "production.market.example.org"),
    ],
    ids=["embedded", "with a port", "by name"],
)
def test_a_tag_tells_environments_apart(environment, tag):
    assert environment.tag == tag


def test_links_lead_to_the_worker_site():
    ours = Environment("production", OURS, OURS).site_of("")

    assert ours.preview_url("3T") == f"{OURS}/mturk/preview?groupId=3T"
    assert ours.manage_url("3H") == f"{OURS}/mturk/manageHIT?HITId=3H"


def test_no_link_leads_to_amazon():
    amazon = choose(Configured(production=True, production_endpoint="amazon"))

    assert amazon.site_of("").preview_url("3T") == ""
    assert amazon.site_of("").manage_url("3H") == ""


def test_the_site_of_the_embedded_marketplace_is_where_it_was_served_last():
    embedded = choose(Configured())

    assert embedded.site_of("http://127.0.0.1:9000") == Site("http://127.0.0.1:9000")
    assert embedded.site_of("") == Site("http://127.0.0.1:8017", served=False)


def test_the_site_of_a_marketplace_behind_an_endpoint_is_at_that_endpoint():
    assert Environment("production", OURS, OURS).site_of("http://10.0.0.7:8017") == Site(OURS)


@pytest.mark.parametrize(
    ("address", "clear"),
    [
        (OURS, False),
        ("http://market.example.org", True),
        ("http://127.0.0.1:9", False),
        ("http://LOCALHOST", False),
        ("http://[::1]:80", False),
        ("http://127.0.0.1.example.org", True),
        ("http://localhost.example.org", True),
        ("http://10.0.0.1", True),
        ("embedded", False),
    ],
)
def test_plain_http_to_another_machine_can_be_read_on_the_way(address, clear):
    assert goes_in_the_clear(address) == clear


def test_an_old_configuration_of_the_sandbox_that_overrules_production_is_noted():
    url = "https://mechanicalturk.sandbox.amazonaws.com/?Service=AWSMechanicalTurkRequester"
    said: dict[str, Any] = {
        "service_url": url,
        "service_file": "/clt/bin/mturk.properties",
        "environment": "production",
    }
    chosen = choose(Configured(**said, production_endpoint=OURS))

    assert chosen.embedded
    assert "/clt/bin/mturk.properties names the sandbox, so production" in chosen.note
    assert choose(Configured(**said, sandbox=True)).note == ""


def test_the_old_configuration_that_means_the_closed_service_is_named():
    said: dict[str, Any] = {
        "service_url": "https://mechanicalturk.amazonaws.com/?x",
        "service_file": "bin/mturk.properties",
    }
    with pytest.raises(UsageError, match=r"^bin/mturk\.properties means Amazon's production service"):
        choose(Configured(**said))
