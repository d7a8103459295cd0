r"""Lists in attributes of crowd elements; a browser reads the same cases in tests/browser/test_lists.py."""

from __future__ import annotations

import pytest

from mturk_tasks.markup.html_form import crowd_fields, read
from mturk_tasks.markup.layout import html_question
from mturk_tasks.markup.lint import hindrances

READABLE: dict[str, tuple[str, ...]] = {
    "['Cat', 'Dog']": ("Cat", "Dog"),
    '["Cat", "Dog"]': ("Cat", "Dog"),
    r"['Don\'t know', 'Yes']": ("Don't know", "Yes"),
    """['Not "open"', "Don't know"]""": ('Not "open"', "Don't know"),
    r'["say \"hi\"", "a\/b"]': ('say "hi"', "a/b"),
    "['Yes', 'No',]": ("Yes", "No"),
    "\n [ 'Yes'\n, 'No' , ]\t": ("Yes", "No"),
    "['a, b', '[c]', ']']": ("a, b", "[c]", "]"),
    r"['\u00e9\x41\ud83e\udd89', 'tab\there', 'a\\b', '\q']": ("éA🦉", "tab\there", "a\\b", "q"),
    "['Eule 🦉', 'ينسى', '»«']": ("Eule 🦉", "ينسى", "»«"),
    "[1, 2.50, -3, true, null]": ("1", "2.50", "-3", "true", "null"),
    "['one']": ("one",),
}
UNREADABLE = (
    *("[Yes, No]", "Yes, No", "['Yes' 'No']", "['Yes', 'No'", "'Yes', 'No']", "['Yes', , 'No']", "[,]"),
    *("['Don't know', 'Yes']", '["Yes", \'No"]', "['Yes'] and", "{'a': 'b'}", "[['a']]", "[{'label': 'a'}]"),
    *("${categories}", "['Yes\\']", "[&quot;Yes&quot;]", "[1a]", "[", ""),
)


@pytest.mark.parametrize("text", READABLE)
def test_a_list_is_read_as_scripts_write_it(text):
    assert read(text) == READABLE[text]


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_list_is_none(text):
    assert read(text) is None


def test_entities_are_characters_by_then():
    page = """<crowd-form><crowd-classifier name="a"
      categories="['Not &quot;open&quot;', &quot;Don't know&quot;, 'a &amp; b']"></crowd-classifier>
      </crowd-form>"""
    (field,) = crowd_fields(page)
    assert field.options == ('Not "open"', "Don't know", "a & b")


@pytest.mark.parametrize(
    "tag",
    [
        *("crowd-classifier", "crowd-classifier-multi-select"),
        *("crowd-image-classifier", "crowd-image-classifier-multi-select"),
    ],
)
@pytest.mark.parametrize("attribute", ['categories="[Yes, No]"', 'categories="[]"', ""])
def test_an_element_without_choices_is_told_with_its_line(tag, attribute):
    question = html_question(f"<crowd-form>\n<{tag} name=a {attribute}></{tag}></crowd-form>")
    (fault,) = hindrances(question)

    assert fault.line == 2
    assert fault.text.startswith(
        f"the categories of a {tag} cannot" if attribute else f"a {tag} has no categories"
    )


def test_a_script_may_bring_the_choices():
    page = "<crowd-form><crowd-classifier name=a></crowd-classifier></crowd-form>"
    script = "<script>document.querySelector('crowd-classifier').setAttribute('categories', '[1]')</script>"
    assert hindrances(html_question(page + script)) == []
