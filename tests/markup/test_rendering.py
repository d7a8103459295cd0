"""QuestionForms as HTML, read back as a browser's parser does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from lxml import etree, html

from mturk_tasks.markup.documents import question_faults
from mturk_tasks.markup.question_form import FileUpload, Format, FreeText, Selection, Selections
from mturk_tasks.markup.rendering.contents import ATTRIBUTES, clean
from mturk_tasks.markup.rendering.fields import pattern
from mturk_tasks.markup.rendering.form import hints, render, style

SCHEMA = Path(__file__).parents[2] / "mturk_tasks" / "markup" / "schemas" / "formatted_content.xsd"
BINARY = (
    "<Binary><MimeType><Type>{}</Type></MimeType>"
    "<DataURL>https://example.org/it?a=1&amp;b=2</DataURL><AltText>An owl</AltText></Binary>"
)
EMBEDDED = (
    "<EmbeddedBinary><EmbeddedMimeType><Type>{}</Type><SubType>any</SubType></EmbeddedMimeType>"
    "<DataURL>https://example.org/it</DataURL><AltText>An owl</AltText>"
    "<Width>300</Width><Height>200px</Height></EmbeddedBinary>"
)
OTHER = "<OtherSelection/>"
UPLOAD = (
    "<FileUploadAnswer><MaxFileSizeInBytes>9</MaxFileSizeInBytes><MinFileSizeInBytes>1</MinFileSizeInBytes>"
    "</FileUploadAnswer>"
)
REQUIRED = "<IsRequired>true</IsRequired><QuestionContent>"


@pytest.fixture
def shown(form) -> Callable[..., html.HtmlElement]:
    """Render the inside of a form."""

    def show(inside: str, **options) -> html.HtmlElement:
        document = form(inside)
        assert question_faults(document) == []
        return html.fragment_fromstring(render(document, **options))

    return show


@pytest.fixture
def required(question) -> Callable[..., str]:
    """Write one question that must be answered."""

    def write(*arguments: str) -> str:
        return question(*arguments).replace("<QuestionContent>", REQUIRED)

    return write


def styled(choice, style: str, most: int = 1, after: str = "", fewest: int = 1) -> str:
    """Write a choice of two in a style."""
    counts = f"<MinSelectionCount>{fewest}</MinSelectionCount><MaxSelectionCount>{most}</MaxSelectionCount>"
    suggestion = f"<StyleSuggestion>{style}</StyleSuggestion>" if style else ""
    return choice("cat", "dog", before=counts + suggestion, after=after)


def free_text(constraint: str) -> str:
    return f"<FreeTextAnswer><Constraints>{constraint}</Constraints></FreeTextAnswer>"


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


# Questions


def test_a_file_is_sent_in_a_field_of_its_own(shown, required):
    (field,) = shown(required(UPLOAD)).iter("input")

    assert (field.get("type"), field.get("name"), field.get("required")) == ("file", "q1", "")
    assert field.get("value") is None
    assert field.get("aria-describedby") == "q1-hint"


def test_a_file_that_is_there_already_is_named_and_need_not_be_sent_again(shown, required):
    page = shown(required(UPLOAD, "photo"), kept={"photo": "<b>owl</b>.jpg", "other": "x"})
    field = page.xpath("//input")[0]

    assert field.get("required") is None
    assert "<b>owl</b>.jpg" in page.xpath("//*[@id='q1-kept']")[0].text
    assert "q1-kept" in field.get("aria-describedby").split()


def test_each_question_is_a_group_with_its_name_or_number(shown, question):
    named = question(identifier="b").replace(
        "<QuestionContent>", "<DisplayName>Your mood</DisplayName><QuestionContent>"
    )
    page = shown(question() + named)

    assert [words(one) for one in page.findall("fieldset/legend")] == ["Question 1", "Your mood"]


def test_overviews_stand_where_the_form_has_them(shown, question):
    page = shown(f"{question()}<Overview><Title>Now for you</Title></Overview>{question(identifier='b')}")

    assert [one.tag for one in page] == ["fieldset", "section", "fieldset"]
    assert words(page[1].find("h2")) == "Now for you"


def test_a_field_is_named_by_the_whole_question_and_explained_by_what_is_accepted(shown, question):
    page = shown(
        question('<FreeTextAnswer><Constraints><Length maxLength="9"/></Constraints></FreeTextAnswer>')
    )
    field = page.find(".//textarea")
    told = [words(page.get_element_by_id(one)) for one in field.get("aria-labelledby").split()]

    assert told == ["Question 1", "How are you?"]
    assert words(page.get_element_by_id(field.get("aria-describedby"))) == "At most 9 characters."


def test_that_an_answer_is_required_is_said_and_marked(shown, required):
    page = shown(required())

    assert words(page.find("fieldset/legend")) == "Question 1 (required)"
    assert page.find(".//textarea").get("required") is not None


def test_every_option_has_its_label_round_it(shown, question, choice):
    page = shown(question(styled(choice, "checkbox", 2)))

    assert [words(one.getparent()) for one in page.iterfind(".//input")] == ["The cat", "The dog"]
    assert {one.getparent().tag for one in page.iterfind(".//input")} == {"label"}


def test_two_forms_on_a_page_share_no_name_and_no_id(form, question, choice):
    document = form(question(styled(choice, "radiobutton", after=OTHER)) + question(identifier="b"))
    both = html.fragment_fromstring(
        f"<div>{render(document, prefix='a-')}{render(document, prefix='b-')}</div>"
    )
    ids = [one.get("id") for one in both.iterfind(".//*[@id]")]

    assert len(ids) == len(set(ids))
    assert {one.get("name")[:2] for one in both.iterfind(".//*[@name]")} == {"a-", "b-"}


def test_a_form_can_be_looked_at_without_being_filled_in(shown, question):
    page = shown(question() + question(identifier="b"), disabled=True)
    assert [one.get("disabled") is not None for one in page.findall("fieldset")] == [True, True]


# Fields


@pytest.mark.parametrize(
    ("style_", "most", "expected"),
    [
        ("radiobutton", 1, "radio"),
        ("", 1, "radio"),
        ("list", 1, "radio"),
        ("dropdown", 1, "select"),
        ("combobox", 1, "select"),
        ("checkbox", 1, "checkbox"),
        ("multichooser", 1, "checkbox"),
        ("checkbox", 2, "checkbox"),
        ("list", 2, "checkbox"),
        ("dropdown", 2, "checkbox"),
        ("combobox", 2, "select multiple"),
    ],
)
def test_a_style_becomes_what_can_be_used(shown, question, choice, style_, most, expected):
    fields = shown(question(styled(choice, style_, most))).xpath(".//input | .//select")
    kinds = {
        one.get("type") or ("select multiple" if one.get("multiple") is not None else "select")
        for one in fields
    }
    assert kinds == {expected}


def test_pictures_to_choose_from_are_buttons_whatever_the_style(shown, question, choice):
    pictures = re.sub(r"<Text>.*?</Text>", BINARY.format("image"), styled(choice, "dropdown"))
    page = shown(question(pictures))

    assert [one.find("img").get("alt") for one in page.iterfind(".//label")] == ["An owl", "An owl"]


def test_a_dropdown_begins_with_no_choice(shown, required, choice):
    select = shown(required(styled(choice, "dropdown", after=OTHER))).find(".//select")

    assert [one.get("value") for one in select] == ["", "1", "2", "other"]
    assert select.get("required") is not None


@pytest.mark.parametrize("kind", ["radiobutton", "dropdown"])
def test_another_answer_is_one_of_the_choices_and_spelled_out_beside_them(shown, required, choice, kind):
    page = shown(required(styled(choice, kind, after=OTHER)))
    field = page.get_element_by_id("q1-other")

    assert page.xpath(".//*[@value='other']")
    assert (field.get("type"), field.get("required")) == ("text", None)
    assert words(page.find(".//label[@for='q1-other']")) == "Other:"


@pytest.mark.parametrize(
    ("answer", "tag", "expected"),
    [
        ("<FreeTextAnswer/>", "textarea", {"rows": "4"}),
        (
            "<FreeTextAnswer><NumberOfLinesSuggestion>1</NumberOfLinesSuggestion></FreeTextAnswer>",
            "input",
            {"type": "text", "value": ""},
        ),
        (
            "<FreeTextAnswer><NumberOfLinesSuggestion>99</NumberOfLinesSuggestion></FreeTextAnswer>",
            "textarea",
            {"rows": "50"},
        ),
        (
            free_text('<IsNumeric minValue="0" maxValue="9"/>'),
            "input",
            {"type": "number", "min": "0", "max": "9", "step": "any"},
        ),
        (
            free_text('<Length minLength="2" maxLength="5"/>'),
            "textarea",
            {"minlength": "2", "maxlength": "5", "required": ""},
        ),
        (
            '<FreeTextAnswer><Constraints><AnswerFormatRegex regex="\\d" errorText="A digit."/></Constraints>'
            "<NumberOfLinesSuggestion>1</NumberOfLinesSuggestion></FreeTextAnswer>",
            "input",
            {"pattern": r"(?=[\s\S]*(?:\d))[\s\S]*", "title": "A digit."},
        ),
    ],
    ids=["nothing said", "one line", "many lines", "number", "length", "format"],
)
def test_what_an_answer_must_be_is_in_the_fields_attributes(shown, question, answer, tag, expected):
    field = shown(question(answer)).find(f".//{tag}")
    assert {name: field.get(name) for name in expected} == expected


def test_a_default_text_is_there_at_first_and_not_once_it_was_deleted(shown, question):
    inside = question("<FreeTextAnswer><DefaultText>\nDear &lt;all&gt;,</DefaultText></FreeTextAnswer>")

    assert "\n\nDear &lt;all&gt;,</textarea>" in html.tostring(shown(inside), encoding="unicode")
    assert words(shown(inside, values={"q1": [""]}).find(".//textarea")) == ""
    assert "Dear" in words(shown(inside, values={"q2": ["1"]}).find(".//textarea"))  # a draft of other fields


def test_what_was_filled_in_is_shown_again(shown, question, choice):
    inside = (
        question(styled(choice, "checkbox", 2, OTHER), "a")
        + question(styled(choice, "dropdown"), "b")
        + question(identifier="c")
    )
    page = shown(inside, values={"q1": ["2"], "q1-other": ['"rats"'], "q2": ["1"], "q3": ["<fine>"]})

    assert [one.get("value") for one in page.iterfind(".//input[@checked]")] == ["2"]
    assert [words(one) for one in page.iterfind(".//option[@selected]")] == ["The cat"]
    assert page.get_element_by_id("q1-other").get("value") == '"rats"'
    assert words(page.get_element_by_id("q3")) == "<fine>"


@pytest.mark.parametrize("kind", ["radiobutton", "dropdown"])
def test_that_another_answer_was_chosen_is_shown_again(shown, question, choice, kind):
    page = shown(question(styled(choice, kind, after=OTHER)), values={"q1": ["other"], "q1-other": ["rats"]})
    chosen = page.xpath(".//*[@checked or @selected]")

    assert [one.get("value") for one in chosen] == ["other"]


def test_an_error_stands_at_its_question_and_is_tied_to_the_field(shown, question):
    page = shown(question() + question(identifier="b"), errors={"b": ["Say <more>."]})
    field = page.get_element_by_id("q2")

    assert words(page.get_element_by_id("q2-error")) == "Please correct this: Say <more>."
    assert (field.get("aria-invalid"), field.get("aria-describedby")) == ("true", "q2-error")
    assert page.get_element_by_id("q1").get("aria-invalid") is None


# Contents


def test_markup_in_titles_texts_lists_and_labels_is_shown_as_text(shown, question, choice):
    attack = escape("<script>alert(1)</script>\"'><img src=x onerror=alert(1)>")
    content = f"<Title>{attack}</Title><Text>{attack}</Text><List><ListItem>{attack}</ListItem></List>"
    answer = styled(choice, "dropdown", after=OTHER).replace("The cat", attack)
    page = shown(question(answer, "a", content) + question(answer.replace("dropdown", "radiobutton"), "b"))

    assert page.xpath(".//script | .//img | .//@onerror") == []
    assert words(page).count("<script>alert(1)</script>") == 5


def test_web_addresses_in_a_text_are_links_that_open_beside_the_form(shown, question):
    page = shown(
        question(content="<Text>See https://example.org/a?b=1&amp;c=2 or javascript:alert(1)</Text>")
    )
    (link,) = page.iterfind(".//a")

    assert link.get("href") == "https://example.org/a?b=1&c=2"
    assert (link.get("target"), "noopener" in link.get("rel")) == ("_blank", True)


@pytest.mark.parametrize("template", [BINARY, EMBEDDED], ids=["binary", "embedded"])
@pytest.mark.parametrize("kind", ["image", "audio", "video"])
def test_media_have_their_alternative_text(shown, question, kind, template):
    page = shown(question(content=template.format(kind)))
    medium = page.find(f".//{'img' if kind == 'image' else kind}")

    assert medium.get("src").startswith("https://example.org/it")
    assert (medium.get("alt") or medium.get("aria-label")) == "An owl"


def test_what_needed_a_plugin_is_a_link(shown, question):
    page = shown(question(content=EMBEDDED.format("application")))

    assert page.xpath(".//object | .//embed | .//iframe") == []
    assert words(page.find(".//a[@href='https://example.org/it']")) == "An owl"


def test_a_recording_to_choose_is_heard_beside_its_label(shown, question, choice):
    sounds = re.sub(r"<Text>.*?</Text>", BINARY.format("audio"), styled(choice, "radiobutton"))
    page = shown(question(sounds))

    assert [one.getparent().getparent().get("class") for one in page.iterfind(".//audio")] == ["choice"] * 2


# FormattedContent


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<p>one<br/>two &amp; <b>three</b></p>", "<p>one<br>two &amp; <b>three</b></p>"),
        ("a&nbsp;b", "a\xa0b"),
        ("<script>alert(1)</script>x", "x"),
        ("<style>p { color: red }</style>x", "x"),
        ('<p onclick="alert(1)" style="color: red" id="q1" class="hint">x</p>', "<p>x</p>"),
        ('<a href="javascript:alert(1)">x</a>', '<a target="_blank" rel="noopener noreferrer">x</a>'),
        ('<img src="data:text/html,x" alt="y"/>', '<img alt="y">'),
        ('<img src="https://example.org/&quot;x" />', '<img src="https://example.org/&quot;x" alt="">'),
        ('<form action="https://example.org"><input name="q1"/>x</form>', "x"),
        ('<iframe src="https://example.org">x</iframe><object data="y"/>', "x"),
        ('<svg xmlns="http://www.w3.org/2000/svg"><a href="https://example.org">x</a></svg>', "x"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<p>not closed <script>", "&lt;p&gt;not closed &lt;script&gt;"),
        (
            '<map id="m" name="m"><area alt="z" coords="1,2"/></map>',
            '<map name="m"><area alt="z" coords="1,2"></map>',
        ),
    ],
    ids=lambda value: value[:24],
)
def test_only_the_subset_is_written_again(content, expected):
    assert clean(content) == expected


def test_links_of_formatted_content_open_beside_the_form():
    assert clean('<a href="https://example.org/" target="_top">x</a>') == (
        '<a href="https://example.org/" target="_blank" rel="noopener noreferrer">x</a>'
    )


def test_the_elements_written_again_are_those_of_the_schema():
    named = etree.parse(SCHEMA).iterfind(".//{*}element[@name]")
    assert {one.get("name") for one in named} - {"FormattedContent"} == set(ATTRIBUTES)


def test_formatted_content_stands_in_the_form_as_html(shown, question):
    content = "<FormattedContent><![CDATA[<p>Be <i>quick</i></p>]]></FormattedContent>"
    page = shown(question(content=content))

    assert words(page.find(".//div[@class='formatted']/p/i")) == "quick"


# Words and patterns


def offered(fewest: int, most: int, style: str | None = None, *, other: bool = False) -> Selections:
    """Return a choice of three."""
    three = tuple(Selection(one, one) for one in "abc")
    return Selections(fewest, most, style, three, FreeText() if other else None)


@pytest.mark.parametrize(
    ("answer", "is_required", "expected"),
    [
        (offered(1, 1), True, ""),
        (offered(1, 1, "checkbox"), True, "Choose one."),
        (offered(0, 3), False, "Choose as many as apply."),
        (offered(1, 3), True, "Choose at least 1."),
        (offered(1, 2), True, "Choose 1 to 2."),
        (offered(0, 2), False, "Choose up to 2."),
        (offered(2, 2), True, "Choose exactly 2."),
        (offered(2, 3, other=True), True, "Choose 2 to 3."),
        (offered(2, 3), False, "Choose at least 2, or none."),
        (FreeText(), True, ""),
        (FreeText(numeric=True), True, "A number."),
        (FreeText(numeric=True, lowest=0), True, "A number, at least 0."),
        (FreeText(numeric=True, highest=5), True, "A number, at most 5."),
        (
            FreeText(numeric=True, lowest=1, highest=5, longest=1),
            True,
            "A number from 1 to 5. At most 1 character.",
        ),
        (FreeText(shortest=1), True, ""),
        (FreeText(shortest=2), True, "At least 2 characters."),
        (FreeText(shortest=2, longest=9), True, "2 to 9 characters."),
        (FreeText(shortest=4, longest=4), True, "Exactly 4 characters."),
        (FileUpload(1, 2000), True, "A file of at most 2000 bytes."),
        (FileUpload(1, 2_000_000_000), True, "A file of at most 25 MB."),
        (FileUpload(1024, 3 * 1024 * 1024), True, "A file of 1 KB to 3 MB."),
    ],
)
def test_what_is_accepted_is_said_in_words(answer, is_required, expected):
    assert " ".join(hints(answer, required=is_required)) == expected


@pytest.mark.parametrize("regex", [r"^[a-z]+$", r"\S", "^(?:a|b){2}c?$", "b", r"^\d{3}-\d{4}$", "^$"])
@pytest.mark.parametrize("text", ["", "ab", "abc", "B", "555-1234", "a b\nc", " "])
def test_a_pattern_accepts_what_the_expression_finds_anywhere(regex, text):
    found = re.search(regex, text) is not None
    assert (re.fullmatch(pattern([Format(regex)]), text) is not None) == found


def test_several_formats_make_one_pattern_that_wants_them_all():
    written = pattern([Format("[a-z]"), Format("[0-9]")])
    assert [bool(re.fullmatch(written, text)) for text in ("a", "1", "1a", "a1")] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    "regex", ["[ -]", r"\-", "(?=a)", "a++", "(a", "[z-a]", "{", r"\p{L}", "(?i)a", "[[a]]", r"\b*", "a{3,1}"]
)
def test_an_expression_that_a_field_may_read_otherwise_makes_no_pattern(regex):
    assert pattern([Format(regex)]) == ""


def test_a_format_that_ignores_case_makes_no_pattern():
    assert pattern([Format("a", ignore_case=True), Format("b")]) == ""


def test_the_style_sheet_fetches_nothing():
    assert "url(" not in style()
    assert "@import" not in style()
