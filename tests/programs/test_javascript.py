"""The JavaScript SDK, with its own paginators, through the life of a HIT and of a qualification."""

from __future__ import annotations

import secrets

import pytest

pytestmark = pytest.mark.walk


def test_a_hit_and_a_qualification_live_through_the_javascript_sdk(javascript):
    mark = secrets.token_hex(4)
    seen = javascript("life.mjs", mark)

    assert seen["holders"] == [f"AJS{number:03}" for number in range(12)]
    assert (seen["score"], seen["revoked"]["name"]) == (80, "RequestError")
    assert "with a status of: Granted" in seen["revoked"]["message"]
    assert seen["annotations"] == [f"row {number}" for number in range(7)]
    assert seen["hit"] == {
        "title": f"Colours <{mark}> & more",
        "status": "Assignable",
        "created": True,
        "lifetime": 3600,
        "asked": 1,
    }
    assert seen["early"]["code"] == "AWS.MechanicalTurk.InvalidHITState"
    assert seen["gone"] == "Disposed"
    assert seen["unknown"]["code"] == "AWS.MechanicalTurk.HITDoesNotExist"
