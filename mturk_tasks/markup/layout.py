"""HTML layouts as the web site's requesters wrote them, made into HTMLQuestion documents.

Nothing that is added brings a line of its own before the layout's last one: line 7 of the document is
line 7 of the layout, and so is what is said about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final

from mturk_tasks.markup.xml import behind_xml

# The tags of a page in their order, as a browser finds them, in one pass from its beginning to
# its end.
#
# Comments are passed over, and so is what scripts, styles and text areas hold: they may speak of
# tags. No place is looked at twice, however odd the markup is.


_OPENING = re.compile(r"<(?:!--|[/!?]?[a-zA-Z]|[!?/])")
_COMMENT_ENDS = re.compile(r"--!?>")
_NAME = re.compile(r"[^\s/>]+")
_BEFORE_ATTRIBUTE = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"=?[^\s/>=]*")
_EQUALS = re.compile(r"\s*=\s*")
_BARE = re.compile(r"[^\s>]*")
_NOT_MARKUP: Final = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
_ENDS: Final = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _NOT_MARKUP}


@dataclass(frozen=True)
class Attribute:
    """An attribute of a start tag that has a value; `start` and `end` enclose it with its quotes."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Tag:
    """A start or end tag from its `<` to behind its `>`; of two attributes of one name the first counts."""

    name: str
    is_end: bool
    attributes: tuple[Attribute, ...]
    start: int
    end: int

    def value(self, name: str) -> str:
        """Return the value of an attribute, empty where it has none."""
        return next((attribute.value for attribute in self.attributes if attribute.name == name), "")


def tags(page: str) -> Iterator[Tag]:
    """Yield the tags of a page; the end tags of scripts and whatever else holds no markup are left out."""
    position = 0
    while opening := _OPENING.search(page, position):
        start, position = opening.span()
        if opening[0] == "<!--":
            position = _after(_COMMENT_ENDS, page, position - 2)  # <!--> is a whole comment
        elif opening[0][1].isalpha():
            tag = _start_tag(page, start)
            if tag is None:
                return  # an open quote: a browser drops the tag, and there is nothing behind it
            yield tag
            ends = _ENDS.get(tag.name)
            position = _after(ends, page, tag.end) if ends else tag.end
        else:
            position = page.find(">", position) + 1 or len(page)
            if opening[0][1] == "/" and opening[0][-1].isalpha():
                yield Tag(_name(page, start + 2), True, (), start, position)


def _after(end: re.Pattern[str], page: str, position: int) -> int:
    found = end.search(page, position)
    return found.end() if found else len(page)


def _name(page: str, position: int) -> str:
    found = _NAME.match(page, position)
    return found[0].lower() if found else ""


def _start_tag(page: str, start: int) -> Tag | None:
    """Return the tag that begins at a place, None where it is never closed."""
    name = _name(page, start + 1)
    position = start + 1 + len(name)
    found: dict[str, Attribute] = {}
    while True:
        position = _end(_BEFORE_ATTRIBUTE, page, position)
        if position >= len(page):
            return None
        if page[position] == ">":
            return Tag(name, False, tuple(found.values()), start, position + 1)
        behind = _end(_ATTRIBUTE, page, position)
        called = page[position:behind].lower()
        equals = _EQUALS.match(page, behind)
        if equals is None:
            position = behind
            continue
        begins = equals.end()
        position = _value_end(page, begins)
        if position < 0:
            return None
        value = page[begins:position]
        value = value[1:-1] if value[:1] in ("'", '"') else value
        found.setdefault(called, Attribute(called, unescape(value), begins, position))


def _end(pattern: re.Pattern[str], page: str, position: int) -> int:
    found = pattern.match(page, position)
    return found.end() if found else position


def _value_end(page: str, start: int) -> int:
    quote = page[start : start + 1]
    if quote in ("'", '"'):
        return page.find(quote, start + 1) + 1 or -1
    return _end(_BARE, page, start)


NAMESPACE: Final = (
    "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2011-11-11/HTMLQuestion.xsd"
)

_DOCUMENT = re.compile(r"<(?:HTMLQuestion|ExternalQuestion|QuestionForm)\b")
_FORMS: Final = ("form", "crowd-form")
_BODY_BEGINS: Final = (
    ("body", False),
    ("head", True),
    ("html", False),
)  # behind the first of these that is there
_BODY_ENDS: Final = ("body", "html")

# The names are those of the web site's own form: layouts style them, and their scripts look for them.
_HEAD: Final = '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>'
_FORM: Final = (
    '<form name="mturk_form" id="mturk_form" method="post">'
    '<input type="hidden" name="assignmentId" id="assignmentId" value="">'
)
_BUTTON: Final = '<p><button type="submit" id="submitButton">Submit</button></p>'
_SCRIPT: Final = r"""
(function () {
  var query = new URLSearchParams(window.location.search), id = query.get("assignmentId");
  var form = document.getElementById("mturk_form");
  if (id && id !== "ASSIGNMENT_ID_NOT_AVAILABLE") {
    document.getElementById("assignmentId").value = id;
    form.setAttribute("action", query.get("turkSubmitTo").replace(/\/+$/, "") + "/mturk/externalSubmit");
    return;
  }
  form.querySelectorAll("[type=submit], [type=image], button:not([type])").forEach(function (button) {
    button.disabled = true;
    button.title = "This is a preview: accept the HIT to answer it.";
  });
})();
"""
OWN_SCRIPT: Final = "".join(line.strip() for line in _SCRIPT.splitlines())


def is_document(text: str) -> bool:
    """Say whether a text is a question document already, whatever its file is called."""
    return _DOCUMENT.match(text, behind_xml(text)) is not None


def page_of(layout: str) -> str:
    """Return the page that a layout makes, with the same lines.

    A layout without a form and without a crowd-form gets a form that submits to the marketplace, and
    a button where it has none, as the web site gave it.
    """
    layout += "" if layout.endswith("\n") else "\n"  # a remark in its last line ends there
    found = list(tags(layout))
    return layout if any(tag.name in _FORMS and not tag.is_end for tag in found) else _in_form(layout, found)


def html_question(page: str) -> str:
    """Return the HTMLQuestion of a page with whatever has been put into it, with the same lines.

    Its frame is as high as the browser's window.
    """
    content = page.replace("]]>", "]]]]><![CDATA[>")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><HTMLQuestion xmlns="{NAMESPACE}"><HTMLContent><![CDATA['
        f"{content}]]></HTMLContent><FrameHeight>0</FrameHeight></HTMLQuestion>\n"
    )


def _in_form(layout: str, found: Sequence[Tag]) -> str:
    """Put a form around what a layout shows: all of it, or what stands in its body."""
    whole = any(tag.name in ("html", "body") and not tag.is_end for tag in found)
    start, end = _body(found, len(layout))
    button = "" if any(map(_submits, found)) else _BUTTON
    opening, closing = (_FORM, "") if whole else (_HEAD + _FORM, "</body></html>")
    shown = layout[start:end]
    behind = f"{button}</form><script>{OWN_SCRIPT}</script>"
    return f"{layout[:start]}{opening}{shown}{behind}{layout[end:]}{closing}"


def _body(found: Sequence[Tag], length: int) -> tuple[int, int]:
    """Return from where to where the body of a layout goes."""
    first = {(tag.name, tag.is_end): tag.end for tag in reversed(found)}
    start = next((first[place] for place in _BODY_BEGINS if place in first), 0)
    ends = (tag.start for tag in found if tag.is_end and tag.name in _BODY_ENDS and tag.start >= start)
    return start, next(ends, length)


def _submits(tag: Tag) -> bool:
    kind = tag.value("type").strip().lower()
    if tag.is_end or tag.name not in ("input", "button"):
        return False
    return kind in ("submit", "image") if tag.name == "input" else kind not in ("button", "reset")
