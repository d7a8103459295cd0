from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mturk_tasks.markup.frames import Ours, pointed

OURS = Ours("https://here/hit.js", "https://here/crowd.js", "https://here/t/T/mturk/externalSubmit")
HIT = "s3.amazonaws.com/mturk-public/externalHIT_v1.js"
CROWD = "assets.crowd.aws/crowd-html-elements.js"


@pytest.mark.parametrize("protocol", ["https://", "http://", "//", "HTTPS://"])
@pytest.mark.parametrize(("script", "ours"), [(HIT, OURS.external_hit), (CROWD, OURS.crowd)])
def test_amazons_scripts_become_ours(protocol, script, ours):
    page = f"<head>\n<script src='{protocol}{script}'></script></head>"
    assert pointed(page, OURS) == f'<head>\n<script src="{ours}"></script></head>'


@pytest.mark.parametrize(
    "action",
    [
        "https://www.mturk.com/mturk/externalSubmit",
        "http://www.mturk.com/mturk/externalSubmit",
        "//workersandbox.mturk.com/mturk/externalSubmit",
        "https://workersandbox.mturk.com//mturk/externalSubmit",
        "HTTPS://WWW.MTurk.com/mturk/externalSubmit",
        " https:&#x2F;&#x2F;www.mturk.com/mturk/externalSubmit ",
        "/mturk/externalSubmit",
    ],
)
def test_amazons_submit_addresses_become_ours(action):
    assert pointed(f'<form action="{action}">', OURS) == f'<form action="{OURS.submit}">'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<FORM ACTION={} METHOD=post>", '<FORM ACTION="{}" METHOD=post>'),
        ("<form\n  method=post action = '{}'\n>", '<form\n  method=post action = "{}"\n>'),
        ('<form data-x="a>b" action="{}">', '<form data-x="a>b" action="{}">'),
        ("<form/action='{}'/id=f>", '<form/action="{}"/id=f>'),
        ("<p title='<form>'><form x action='{}'>", "<p title='<form>'><form x action=\"{}\">"),
        ("<button formaction='{}'>", '<button formaction="{}">'),
        ("<form action='{}'><form action='x' id=b>", "<form action=\"{}\"><form action='x' id=b>"),
        ("a < b <1 <form action='{}'>", 'a < b <1 <form action="{}">'),
    ],
)
def test_odd_markup_is_read_as_a_browser_reads_it(written, expected):
    page = written.format("https://www.mturk.com/mturk/externalSubmit")
    assert pointed(page, OURS) == expected.format(OURS.submit)


def test_several_forms_are_each_pointed_to_ours():
    page = "<form action='/mturk/externalSubmit'></form>\n" * 3
    assert pointed(page, OURS).count(f'"{OURS.submit}"') == 3


def test_the_query_of_a_submit_address_is_kept():
    page = '<form action="https://www.mturk.com/mturk/externalSubmit?a=1&amp;b=2#x">'
    assert pointed(page, OURS) == f'<form action="{OURS.submit}?a=1&amp;b=2">'


@pytest.mark.parametrize(
    "page",
    [
        '<!-- <form action="https://www.mturk.com/mturk/externalSubmit"> -->',
        """<script>var f = '<form action="https://www.mturk.com/mturk/externalSubmit">';</script>""",
        '<textarea><form action="/mturk/externalSubmit"></textarea>',
        '<style><form action="/mturk/externalSubmit"></style >',
        '<form action="https://example.org/mturk/externalSubmit">',
        '<form action="https://www.mturk.com/mturk/externalSubmitted">',
        '<form action="submit.php"><form action="">',
        '<form action="javascript:/mturk/externalSubmit">',
        f'<a href="https://{HIT}">the script</a>',
        f'<script src="https://example.org/{HIT}"></script>',
        '<form data-action="/mturk/externalSubmit">',
        '<form action="x" action="/mturk/externalSubmit">',
        '<form action="/mturk/externalSubmit',
        '<form action="https://[/mturk/externalSubmit">',
    ],
)
def test_what_is_no_such_address_stays(page):
    assert pointed(page, OURS) == page


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<script src='//cdn.example.org/a.js?b=1&amp;c'>", '<script src="https://cdn.example.org/a.js?b=1&amp;c">'),
        ("<script src=HTTP://cdn.example.org/a.js>", '<script src="https://cdn.example.org/a.js">'),
        ("<link rel=stylesheet href='http://cdn.example.org'>", '<link rel=stylesheet href="https://cdn.example.org">'),
        (f"<script src='http://example.org/{HIT}'>", f'<script src="https://example.org/{HIT}">'),
    ],
)  # fmt: skip
def test_scripts_and_styles_of_others_are_asked_for_by_https(written, expected):
    assert pointed(written, OURS) == expected


@pytest.mark.parametrize(
    "address",
    [
        *("https://cdn.example.org/a.js", "/a.js", "a.js", "data:,", "", "//", "http:a.js"),
        *("http://localhost/a.js", "//127.0.0.1/a.js", "http://127.0.0.1:80/a.js", "//a.localhost/a.js"),
        *("http://[::1]/a.js", "http://cdn.example.org:8080/a.js", "//HERE/static/a.js"),
    ],
)
def test_scripts_that_are_safe_or_near_stay_where_they_are(address):
    page = f'<script src="{address}"></script><link href="{address}"><img src="http://example.org/a.png">'
    assert pointed(page, OURS) == page


def test_markup_after_a_comment_or_a_script_is_seen_again():
    form = '<form action="/mturk/externalSubmit">'
    page = f"<!-- {form} --!>{form}<script>{form}</SCRIPT>{form}<!doctype html><!-->{form}"
    assert pointed(page, OURS).count(OURS.submit) == 3


@given(st.text(alphabet="<>/!-=\"' abform", max_size=60))
def test_a_page_without_such_addresses_is_never_changed(page):
    assert pointed(page, OURS) == page


def test_a_page_that_never_ends_its_tags_is_read_in_one_go():
    page = "<form action='" * 20_000 + '<a b="' * 20_000
    assert pointed(page, OURS) == page
