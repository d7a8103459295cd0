from __future__ import annotations

import pytest

from mturk_tasks.marketplace.web.frames import submission, tokens
from tests.web.site import html


@pytest.fixture
def begun(site):
    return site.begun(html('<form><input name="colour"></form>'))


def test_values_are_handed_to_who_keeps_drafts(visitor, site, begun):
    found = visitor.post(
        f"/draft/{site.token(*begun, purpose='draft')}", json={"values": {"colour": ["gre"]}}
    )

    assert found.status_code == 204
    assert site.drafts == {begun[1]: {"colour": ("gre",)}}


def test_without_a_keeper_nothing_happens(visitor, site, begun):
    del site.app.extensions[submission.HOOK]
    assert (
        visitor.post(f"/draft/{site.token(*begun, purpose='draft')}", json={"values": {}}).status_code == 204
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"values": []}',
        b'{"values": {"a": "b"}}',
        b'{"values": {"a": [1]}}',
        b"[" * 100_000,
    ],
)
def test_anything_else_is_refused(visitor, site, begun, body):
    address = f"/draft/{site.token(*begun, purpose='draft')}"
    assert visitor.post(address, data=body, content_type="application/json").status_code == 400
    assert site.drafts == {}


def test_a_form_on_another_site_cannot_write_a_draft(visitor, site, begun):
    found = visitor.post(
        f"/draft/{site.token(*begun, purpose='draft')}", data=b'{"values": {}}', content_type="text/plain"
    )
    assert found.status_code == 400


def test_a_draft_needs_the_pass_of_an_assignment(visitor, site, begun):
    values = {"values": {"colour": ["gre"]}}
    for token in ("x", site.token(begun[0], purpose="draft"), site.token(*begun, purpose="draft", days=32)):
        assert visitor.post(f"/draft/{token}", json=values).status_code == 403
    assert site.drafts == {}


def test_a_draft_has_a_limit(visitor, site, begun):
    values = {"values": {"colour": ["x" * tokens.DRAFT_LIMIT]}}
    assert visitor.post(f"/draft/{site.token(*begun, purpose='draft')}", json=values).status_code == 413
