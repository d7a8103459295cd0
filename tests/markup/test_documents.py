from __future__ import annotations

import threading

import pytest

from mturk_tasks.markup.documents import (
    HTML_LIMIT,
    LIMIT,
    answer_faults,
    kind_of,
    qualification_test_faults,
    question_faults,
)
from mturk_tasks.markup.xml import DocumentFault

UPLOAD = (
    "<FileUploadAnswer><MaxFileSizeInBytes>{most}</MaxFileSizeInBytes>"
    "<MinFileSizeInBytes>{least}</MinFileSizeInBytes></FileUploadAnswer>"
)

DATA = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"


def said(text):
    return [str(fault) for fault in question_faults(text)]


# Any document


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "line 1: the document is empty", id="nothing"),
        pytest.param("How are you?", "line 1: this is no XML: it does not begin with <", id="plain-text"),
        pytest.param("<a>\nTom & Jerry</a>", "line 2: a bare & stands here; write &amp;", id="ampersand"),
        pytest.param("<a>\n?a=1&b=2</a>", "line 2: a bare & stands here; write &amp;", id="query"),
        pytest.param("<a>\n1 < 2</a>", "line 2: a bare < stands here; write &lt;", id="less-than"),
        pytest.param("<a>\n<b></a>", "line 2: </a> ends <b> of line 2", id="crossed-tags"),
        pytest.param("<a>\n<b></b>", "line 2: <a> of line 1 is never ended", id="cut-off"),
        pytest.param("<a/>\n<b/>", "line 2: something follows the end of the document", id="two-roots"),
        pytest.param("<a b=1/>", "line 1: an attribute's value stands without quotes", id="no-quotes"),
        pytest.param("<a>\n<!-- a -- b --></a>", "line 2: a comment holds --", id="comment"),
        pytest.param(
            "<a>\n&nbsp;</a>",
            "line 2: &nbsp; is not known in XML; write the character itself or its number",
            id="entity",
        ),
        pytest.param("<a>" + "<b>" * 300, "line 1: elements are nested too deep", id="deep"),
    ],
)
def test_text_that_is_not_well_formed_is_explained_with_its_line(text, sentence):
    assert said(text) == [sentence]


def test_a_doctype_is_refused_even_behind_a_comment(form, question):
    text = "<!-- first -->\n<!DOCTYPE QuestionForm [<!ENTITY a 'b'>]>\n" + form(question())
    assert said(text) == ["line 2: a DOCTYPE is not accepted; leave it out"]


def test_a_page_may_have_a_doctype_of_its_own(html_question):
    page = "<!-- here --><!DOCTYPE html><html><form><input name=a></form></html>"
    assert said("<!-- a comment -->" + html_question(page)) == []


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_a_character_xml_cannot_hold_is_named_with_its_line(form, question, character):
    text = form(question(content=f"<Text>a{character}b</Text>"))
    number = f"U+{ord(character):04X}"
    assert said(text) == [f"line 3: the character {number} cannot stand in XML; remove it"]


def test_a_question_may_take_65535_bytes_and_no_more(form, question):
    text = form(question(content="<Text>%s</Text>"))
    room = LIMIT - len(text.encode()) + 2
    fits = text.replace("%s", "ü" * (room // 2) + "." * (room % 2))
    assert len(fits.encode()) == LIMIT
    assert said(fits) == []
    assert said(fits + "\n") == [
        f"the question takes {LIMIT + 1} bytes as UTF-8; the service takes at most {LIMIT}"
    ]


def test_an_html_question_may_take_a_million_bytes_and_no_more(html_question):
    empty = html_question("<p></p>")
    fits = html_question(f"<p>{'x' * (HTML_LIMIT - len(empty))}</p>")
    assert said(fits) == []
    assert said(fits + "\n") == [
        "the question takes 1000001 bytes as UTF-8; the service takes at most 1000000"
    ]


def test_a_form_that_speaks_of_an_html_question_is_none(form, question):
    text = form(question(content=f"<Text>HTMLQuestion{'x' * LIMIT}</Text>"))
    assert said(text)[0].endswith(f"the service takes at most {LIMIT}")


def test_a_large_html_question_that_is_broken_learns_what_is_wrong(html_question):
    text = html_question("x" * LIMIT).replace("</HTMLQuestion>", "")
    assert "takes at most" not in said(text)[0]


@pytest.mark.parametrize("encoding", ["UTF-8", "ASCII", "UTF-16", "ISO-8859-1"])
def test_the_declared_encoding_of_characters_does_not_matter(form, question, encoding):
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    assert said(declaration + form(question(identifier="größe"))) == []


def test_a_root_without_its_namespace_learns_which_one_it_needs():
    assert said("\n<HTMLQuestion/>") == [
        f'line 2: <HTMLQuestion> needs xmlns="{DATA}/2011-11-11/HTMLQuestion.xsd"'
    ]


def test_another_root_learns_what_there_is():
    (sentence,) = said("<html/>")
    assert sentence.endswith("write QuestionForm, HTMLQuestion, ExternalQuestion")


# QuestionForm


@pytest.mark.parametrize("version", ["2005-10-01", "2017-11-06"])
def test_both_versions_of_a_question_form_are_accepted(form, question, version):
    assert said(form(question(), version)) == []


@pytest.mark.parametrize("version", ["2005-10-01", "2017-11-06"])
def test_a_file_is_asked_for_in_both_versions(form, question, version):
    assert said(form(question(UPLOAD.format(most=9, least=1)), version)) == []


@pytest.mark.parametrize(
    ("most", "least", "sentence"),
    [
        (1, 2, "MinFileSizeInBytes 2 is above MaxFileSizeInBytes 1"),
        (2_000_000_000, 26_214_401, "MinFileSizeInBytes 26214401 is above what is taken here"),
        (2_000_000_001, 1, "2000000001"),
        (1, 0, "0"),
    ],
)
def test_a_size_that_no_file_can_have_is_refused(form, question, most, least, sentence):
    assert any(sentence in line for line in said(form(question(UPLOAD.format(most=most, least=least)))))


def test_a_qualifications_test_asks_for_no_file(form, question):
    (fault,) = qualification_test_faults(form(question(UPLOAD.format(most=9, least=1))))
    assert fault.text == "a qualification's test cannot ask for a file"


def test_everything_a_form_may_show_is_accepted(form, question):
    binary = "<MimeType><Type>image</Type><SubType>png</SubType></MimeType>"
    embedded = "<EmbeddedMimeType><Type>video</Type><SubType>mp4</SubType></EmbeddedMimeType>"
    address = "<DataURL>https://example.org/a</DataURL><AltText>a</AltText>"
    content = (
        "<Title>t</Title><Text>t</Text><List><ListItem>i</ListItem></List>"
        "<FormattedContent><![CDATA[<p>a</p>]]></FormattedContent>"
        f"<Binary>{binary}{address}</Binary>"
        f"<EmbeddedBinary>{embedded}{address}<Width>9</Width><Height>9</Height>"
        "<ApplicationParameter><Name>n</Name><Value>v</Value></ApplicationParameter></EmbeddedBinary>"
    )
    assert said(form(f"<Overview>{content}</Overview>" + question(content=content))) == []


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        pytest.param(
            "",
            "<AnswerSpecification> is not complete; one of <FreeTextAnswer>, <SelectionAnswer>, "
            "<FileUploadAnswer> is expected",
            id="none",
        ),
        pytest.param("<FreeTextAnswer lines='2'/>", "<FreeTextAnswer> takes no lines", id="attribute"),
        pytest.param(
            "<FreeTextAnswer><Constraints><AnswerFormatRegex/></Constraints></FreeTextAnswer>",
            "<AnswerFormatRegex> lacks its regex",
            id="missing-attribute",
        ),
        pytest.param(
            "<FreeTextAnswer><Constraints><Length minLength='-1'/></Constraints></FreeTextAnswer>",
            "<Length> minLength: '-1' is not a whole number from 0 on",
            id="negative",
        ),
        pytest.param(
            "<FreeTextAnswer><Constraints><IsNumeric>7</IsNumeric></Constraints></FreeTextAnswer>",
            "<IsNumeric> takes no content",
            id="content",
        ),
        pytest.param(
            "<SelectionAnswer><StyleSuggestion>slider</StyleSuggestion></SelectionAnswer>",
            "'slider' is none of radiobutton, checkbox, list, dropdown, combobox, multichooser",
            id="style",
        ),
        pytest.param(
            "<FreeTextAnswer>x</FreeTextAnswer>", "text may not stand directly in <FreeTextAnswer>", id="text"
        ),
    ],
)
def test_what_the_grammar_forbids_is_said_in_plain_words(form, question, answer, sentence):
    (*_, first) = [line for line in said(form(question(answer))) if sentence in line]
    assert first.endswith(sentence)
    assert "{" not in first


def test_the_order_of_elements_matters(form, question, choice):
    counts = "<MaxSelectionCount>1</MaxSelectionCount>\n<MinSelectionCount>0</MinSelectionCount>"
    assert said(form(question(choice("a", before=counts)))) == [
        "line 6: <MinSelectionCount> may not stand here; one of <StyleSuggestion>, <Selections> is expected"
    ]


def test_an_element_inside_text_is_told_from_text(form, question):
    (sentence,) = said(form(question(content="<Text>very <b>good</b></Text>")))
    assert "<Text> holds elements where only text may be" in sentence


def test_an_address_of_a_picture_must_be_http(form, question):
    binary = (
        "<Binary><MimeType><Type>image</Type></MimeType><DataURL>a.png</DataURL><AltText>a</AltText></Binary>"
    )
    assert said(form(question(content=binary))) == [
        "line 3: <DataURL>: 'a.png' is not an address that begins with http:// or https://"
    ]


def test_a_form_must_ask_something(form):
    assert said(form("<Overview><Text>Hello</Text></Overview>")) == [
        "line 1: the form asks nothing; add a <Question>"
    ]


def test_an_identifier_may_stand_once(form, question):
    assert said(form(question() + "\n" + question())) == [
        "line 7: QuestionIdentifier 'mood' stood in line 2 already"
    ]


def test_a_selection_may_stand_once_in_its_question(form, question, choice):
    assert said(form(question(choice("a", "b")) + question(choice("a"), "other"))) == []
    assert said(form(question(choice("a", "a")))) == [
        "line 5: SelectionIdentifier 'a' stood in line 5 already"
    ]


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        pytest.param("<MinSelectionCount>0</MinSelectionCount>", None, id="none-needed"),
        pytest.param("<MaxSelectionCount>2</MaxSelectionCount>", None, id="all"),
        pytest.param(
            "<MaxSelectionCount>3</MaxSelectionCount>",
            "MaxSelectionCount 3 is above the number of selections, 2",
            id="too-many",
        ),
        pytest.param(
            "<MinSelectionCount>2</MinSelectionCount>",
            "MinSelectionCount 2 is above MaxSelectionCount 1 (1 unless stated)",
            id="min-above-default-max",
        ),
    ],
)
def test_the_counts_of_a_choice_must_be_possible(form, question, choice, before, sentence):
    expected = [f"line 5: {sentence}"] if sentence else []
    assert said(form(question(choice("a", "b", before=before)))) == expected


def test_a_field_for_another_answer_counts_as_one_selection(form, question, choice):
    answer = choice("a", before="<MaxSelectionCount>2</MaxSelectionCount>", after="<OtherSelection/>")
    assert said(form(question(answer))) == []


@pytest.mark.parametrize(
    "constraint", ['IsNumeric minValue="5" maxValue="4"', 'Length minLength="5" maxLength="4"']
)
def test_a_range_that_nothing_can_satisfy_is_refused(form, question, constraint):
    answer = f"<FreeTextAnswer><Constraints><{constraint}/></Constraints></FreeTextAnswer>"
    (sentence,) = said(form(question(answer)))
    assert sentence.endswith("5 is above " + constraint.split()[2].split("=")[0] + " 4")


# HTMLQuestion and ExternalQuestion


def test_an_html_question_needs_its_height(html_question):
    text = html_question("<p>a</p>").replace("<FrameHeight>450</FrameHeight>", "")
    assert said(text) == ["line 1: <HTMLQuestion> is not complete; <FrameHeight> is expected"]


@pytest.mark.parametrize("height", ["-1", "tall", ""])
def test_a_height_is_a_whole_number_of_pixels(html_question, external, height):
    sentence = f"<FrameHeight>: '{height}' is not a whole number from 0 on"
    assert said(html_question("<p>a</p>", height)) == [f"line 2: {sentence}"]
    assert said(external("https://example.org/", height)) == [f"line 2: {sentence}"]


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/task?a=1&amp;b=2",
        "http://localhost:8000/x",
        "http://127.0.0.1/x",
        "http://[::1]:80/",
        "https://example.org/?myhitId=3",
    ],
)
def test_an_external_address_may_be_https_or_local(external, address):
    assert said(external(address)) == []


@pytest.mark.parametrize("address", ["ftp://localhost/", "example.org/x", "https:///x", "http:///x", ""])
def test_another_external_address_is_refused(external, address):
    assert said(external(address)) == ["line 2: ExternalURL must begin with https://"]


@pytest.mark.parametrize(
    ("address", "secure"),
    [
        ("http://example.org/a?b=1#c", "https://example.org/a?b=1#c"),
        ("HTTP://example.org:80/", "https://example.org/"),
        ("http://example.org:8080/", "https://example.org:8080/"),
    ],
)
def test_an_external_address_over_http_is_refused_with_its_form_over_https(external, address, secure):
    assert said(external(address)) == [
        f"line 2: ExternalURL begins with http://, which no page over https can show; write {secure}"
    ]
    assert question_faults(external(address), over_http=True) == []


@pytest.mark.parametrize("name", ["assignmentId", "hitId", "turkSubmitTo", "workerId"])
def test_an_external_address_leaves_the_marketplaces_own_parameters_out(external, name):
    assert said(external(f"https://example.org/?a=b&amp;{name}=")) == [
        f"line 2: ExternalURL holds {name}, which the marketplace adds itself"
    ]


def test_the_kind_of_a_question_is_its_root(form, question, html_question, external):
    texts = (form(question()), html_question("<p>a</p>"), external("https://example.org/"))
    assert [kind_of(text) for text in texts] == ["QuestionForm", "HTMLQuestion", "ExternalQuestion"]


def test_the_kind_of_anything_else_is_an_error():
    with pytest.raises(ValueError, match="no document known here"):
        kind_of("<html/>")


# Answers


def answers(inside):
    namespace = f"{DATA}/2005-10-01/QuestionFormAnswers.xsd"
    return f'<QuestionFormAnswers xmlns="{namespace}">\n{inside}</QuestionFormAnswers>'


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<FreeText>a</FreeText>",
        "<SelectionIdentifier>a</SelectionIdentifier><SelectionIdentifier>b</SelectionIdentifier>",
        "<SelectionIdentifier>a</SelectionIdentifier><OtherSelectionText>b</OtherSelectionText>",
        "<UploadedFileSizeInBytes>1</UploadedFileSizeInBytes><UploadedFileKey>k</UploadedFileKey>",
    ],
    ids=["unanswered", "text", "selections", "selection-and-other", "file"],
)
def test_every_form_of_answer_is_accepted(inside):
    text = answers(f"<Answer><QuestionIdentifier>q</QuestionIdentifier>{inside}</Answer>")
    assert answer_faults(text) == []


@pytest.mark.parametrize("text", ["", "  \n"])
def test_no_answer_at_all_is_accepted(text):
    assert answer_faults(text) == []


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<Answer><FreeText>a</FreeText></Answer>",
        "<Answer><QuestionIdentifier>q</QuestionIdentifier><FreeText>a<b/></FreeText></Answer>",
        "<Answer><QuestionIdentifier>q</QuestionIdentifier><FreeText/><FreeText/></Answer>",
    ],
    ids=["none", "no-identifier", "element-in-text", "two-texts"],
)
def test_answers_that_are_no_answers_are_refused(inside):
    assert answer_faults(answers(inside))


def test_a_question_is_no_answer(form, question):
    (fault,) = answer_faults(form(question()))
    assert fault.line == 1
    assert "QuestionFormAnswers" in fault.text


def test_threads_do_not_see_each_others_faults(form, question):
    broken = form(question("<FreeTextAnswer a='1'/>"))
    seen: list[list[DocumentFault]] = []

    def check(text):
        seen.extend(question_faults(text) for _ in range(200))

    threads = [threading.Thread(target=check, args=(text,)) for text in (broken, form(question()))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, seen)) == [0] * 200 + [1] * 200
