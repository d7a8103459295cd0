"""Signatures: what botocore signs is accepted, and nothing that differs from it in any part."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mturk_tasks.marketplace.server import access
from mturk_tasks.marketplace.server.access import (
    IncompleteSignatureException,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
    body_hash,
    claim,
    verify,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
HOST = "market.example.org:8017"


def sign(body=b"{}", path="/", query="", headers=None, region="us-east-1", when=NOW, token=None, signer=None):
    """Return a request as it arrives, signed by botocore."""
    url = f"https://{HOST}{path}" + (f"?{query}" if query else "")
    given = {"X-Amz-Target": "MTurkRequesterServiceV20170117.GetHIT", **(headers or {})}
    request = AWSRequest("POST", url, data=body, headers=given)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", lambda: when.replace(tzinfo=None))
        keys = Credentials("AKIDEXAMPLE", SECRET, token)
        SigV4Auth(keys, signer or access.SERVICE, region).add_auth(request)
    arrived = {name.lower(): str(value) for name, value in request.headers.items()}
    return access.SignedRequest("POST", path, query, {"host": HOST, **arrived}, body_hash(body))


def check(request, secret=SECRET, now=NOW):
    verify(request, claim(request.headers), secret, now)


def with_header(request, name, value):
    return replace(request, headers={**request.headers, name: value})


names = st.from_regex(r"\Ax-[a-z0-9-]{1,20}\Z").filter(lambda name: not name.startswith("x-amz"))
values = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)


@pytest.mark.long
@given(
    body=st.binary(max_size=300),
    headers=st.dictionaries(names, values, max_size=5),
    path=st.sampled_from(["/", "/a", "/a%20b/c", "/~x", "/%E2%82%AC"]),
    pairs=st.dictionaries(
        st.from_regex(r"\A[a-z%20]{1,5}\Z"), st.from_regex(r"\A[a-z0-9]{0,5}\Z"), max_size=4
    ),
    region=st.sampled_from(["us-east-1", "sandbox", "eu-central-1"]),
)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_botocore_signs_is_accepted(body, headers, path, pairs, region):
    query = "&".join(f"{name}={value}" for name, value in pairs.items())
    check(sign(body, path, query, headers, region))


@given(body=st.binary(max_size=100), other=st.binary(max_size=100))
@settings(deadline=None, max_examples=50)
def test_another_body_is_refused(body, other):
    if body == other:
        return
    with pytest.raises(InvalidSignatureException):
        check(replace(sign(body), body_hash=body_hash(other)))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda one: replace(one, method="GET"), id="method"),
        pytest.param(lambda one: replace(one, path="/other"), id="path"),
        pytest.param(lambda one: replace(one, query="a=1"), id="query"),
        pytest.param(lambda one: with_header(one, "host", "elsewhere.example.org"), id="host"),
        pytest.param(lambda one: with_header(one, "x-amz-target", "DeleteHIT"), id="target"),
        pytest.param(lambda one: with_header(one, "x-amz-date", "20260301T120001Z"), id="date"),
        pytest.param(lambda one: with_header(one, "x-amz-content-sha256", body_hash(b"")), id="hash"),
        pytest.param(lambda one: with_header(one, "x-amz-content-sha256", "UNSIGNED-PAYLOAD"), id="unsigned"),
    ],
)
def test_a_request_that_was_changed_on_its_way_is_refused(change):
    with pytest.raises(InvalidSignatureException):
        check(change(sign()))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"), id="last digit"),
        pytest.param(lambda text: text[:-1], id="shorter"),
        pytest.param(lambda text: text + "é", id="not ASCII"),
        pytest.param(lambda text: text.replace("us-east-1", "eu-west-1"), id="region"),
        pytest.param(lambda text: text.replace("20260301", "20260302"), id="day"),
        pytest.param(lambda text: text.replace("mturk-requester", "s3"), id="service"),
        pytest.param(lambda text: text.replace("aws4_request", "aws5_request"), id="ending"),
    ],
)
def test_another_signature_or_scope_is_refused(change):
    request = sign()
    changed = with_header(request, "authorization", change(request.headers["authorization"]))
    with pytest.raises(InvalidSignatureException):
        check(changed)


def test_another_secret_is_refused_and_none_is_told():
    with pytest.raises(InvalidSignatureException) as caught:
        check(sign(), secret="another")
    assert SECRET not in str(caught.value)
    assert "another" not in str(caught.value)


def test_a_signature_for_another_service_is_refused():
    with pytest.raises(InvalidSignatureException, match="mturk-requester"):
        check(sign(signer="s3"))


@pytest.mark.parametrize("off", [timedelta(minutes=5), timedelta(minutes=-5), timedelta(0)])
def test_a_clock_may_be_five_minutes_off(off):
    check(sign(when=NOW + off))


@pytest.mark.parametrize(
    ("off", "text"),
    [(-timedelta(seconds=301), "Signature expired: "), (timedelta(seconds=301), "Signature not yet current")],
)
def test_a_moment_further_off_is_refused(off, text):
    with pytest.raises(InvalidSignatureException, match=text):
        check(sign(when=NOW + off))


def test_a_stale_signature_is_told_both_moments_and_the_bound():
    told = r"^Signature expired: 20260301T115000Z; it is 20260301T120000Z, give or take 5 min\.$"
    with pytest.raises(InvalidSignatureException, match=told):
        check(sign(when=NOW - timedelta(minutes=10)))


@pytest.mark.parametrize("date", ["", "yesterday", "2026-03-01T12:00:00Z", "20260301T120000"])
def test_a_date_that_is_none_is_refused(date):
    with pytest.raises(IncompleteSignatureException, match="X-Amz-Date"):
        check(with_header(sign(), "x-amz-date", date))


@pytest.mark.parametrize("name", ["host", "x-amz-date", "x-amz-target"])
def test_a_header_that_matters_must_be_signed(name):
    request = sign()
    authorization = request.headers["authorization"]
    signed = authorization.split("SignedHeaders=")[1].split(",")[0]
    fewer = ";".join(one for one in signed.split(";") if one != name)
    with pytest.raises(IncompleteSignatureException, match=f"'{name}' must be"):
        check(with_header(request, "authorization", authorization.replace(signed, fewer)))


@pytest.mark.parametrize(
    "text", ["", "Basic dXNlcjpwYXNz", "AWS3-HMAC Credential=a", "AWS4-HMAC-SHA256Credential=a"]
)
def test_a_request_that_nobody_signed_is_refused(text):
    with pytest.raises(MissingAuthenticationTokenException):
        claim({"authorization": text} if text else {})


@pytest.mark.parametrize("part", ["Credential", "SignedHeaders", "Signature"])
def test_each_part_of_the_authorization_is_needed(part):
    request = sign()
    kept = [one for one in request.headers["authorization"].split(" ", 1)[1].split(", ") if part not in one]
    with pytest.raises(IncompleteSignatureException, match=part):
        claim({"authorization": f"{access.ALGORITHM} {', '.join(kept)}"})


@pytest.mark.parametrize(
    "credential", ["AKID", "AKID/20260301/us-east-1/mturk-requester", "/1/2/3/4", "A B/1/2/3/4"]
)
def test_a_credential_needs_a_key_and_a_scope(credential):
    text = f"{access.ALGORITHM} Credential={credential}, SignedHeaders=host, Signature=00"
    with pytest.raises(IncompleteSignatureException):
        claim({"authorization": text})


def test_blanks_between_the_parts_may_be_left_out():
    request = sign()
    scheme, rest = request.headers["authorization"].split(" ", 1)
    check(with_header(request, "authorization", f"{scheme} {rest.replace(', ', ',')}"))


def test_a_session_token_left_over_from_elsewhere_changes_nothing():
    check(sign(token="left-over"))


@given(text=st.text(max_size=200))
@settings(deadline=None, max_examples=100)
def test_no_authorization_ends_in_anything_but_a_refusal(text):
    request = sign()
    with pytest.raises(
        (MissingAuthenticationTokenException, IncompleteSignatureException, InvalidSignatureException)
    ):
        check(with_header(request, "authorization", f"{access.ALGORITHM} {text}"))
