"""What a form shows beside its fields: titles, texts, lists, formatted content, media."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final, Literal

from mturk_tasks.markup.rules import wrapped
from mturk_tasks.markup.xml import Unreadable, local_name, root_of

if TYPE_CHECKING:
    from lxml import etree

# FormattedContent as HTML: only the elements and attributes of the subset are written out again.


_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_COMMON: Final = ("title", "lang", "dir")
_COLUMN: Final = ("span", "width", "align", "valign")
_ROWS: Final = ("align", "valign")
_CELL: Final = (
    *("abbr", "axis", "headers", "scope", "rowspan", "colspan"),
    *("align", "valign", "nowrap", "bgcolor", "width", "height"),
)

# Every element of formatted_content.xsd. Left out of its attributes are names, IDs, access keys and
# the order of the tab key, which would meddle with the page around, and what no browser heeds.
ATTRIBUTES: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("em", "strong", "code", "cite", "q", "sub", "sup", "u", "s"), ()),
    **dict.fromkeys(("i", "b", "big", "small", "strike", "dt", "dd", "blockquote", "center", "pre"), ()),
    **dict.fromkeys(("p", "h1", "h2", "h3", "h4", "h5", "h6"), ("align",)),
    **dict.fromkeys(("ins", "del"), ("datetime",)),
    **dict.fromkeys(("thead", "tbody", "tfoot"), _ROWS),
    **dict.fromkeys(("col", "colgroup"), _COLUMN),
    **dict.fromkeys(("th", "td"), _CELL),
    "a": ("href", "hreflang"),
    "area": ("alt", "shape", "coords", "href"),
    "br": ("clear",),
    "dl": ("compact",),
    "font": ("size", "color", "face"),
    "hr": ("align", "noshade", "size", "width"),
    "img": ("src", "alt", "height", "width", "usemap", "align", "border", "hspace", "vspace"),
    "li": ("type", "value"),
    "map": ("name",),
    "ol": ("type", "compact", "start"),
    "table": (
        *("summary", "width", "border", "frame", "rules"),
        *("cellspacing", "cellpadding", "align", "bgcolor"),
    ),
    "tr": (*_ROWS, "bgcolor"),
    "ul": ("type", "compact"),
}
_EMPTY: Final = ("area", "br", "col", "hr", "img")
_WITHOUT_WORDS: Final = ("script", "style")  # what they hold is not meant to be read
_ADDRESSES: Final = {
    "href": re.compile(r"(?:https?|ftp|news|nntp|mailto|gopher|telnet)://"),
    "src": re.compile(r"https?://"),
    "usemap": re.compile("#"),
}
_NEW_WINDOW: Final = ' target="_blank" rel="noopener noreferrer"'  # answers half given stay where they are


def clean(content: str) -> str:
    """Return a FormattedContent as HTML that runs nothing and reaches nowhere but to web addresses.

    Of other elements only the text stays; content that is no XML is shown as it is written.
    """
    try:
        return _inside(root_of(wrapped(content)))
    except Unreadable:
        return escape(content)


def _inside(element: etree._Element) -> str:
    parts = [_text(element.text)]
    for child in element:
        parts += (_element(child), _text(child.tail))
    return "".join(parts)


def _element(element: etree._Element) -> str:
    name = str(element.tag).removeprefix(_XHTML)
    if name in _WITHOUT_WORDS:
        return ""
    if name not in ATTRIBUTES:
        return _inside(element)
    start = f"<{name}{''.join(_attributes(name, element))}>"
    return start if name in _EMPTY else f"{start}{_inside(element)}</{name}>"


def _attributes(name: str, element: etree._Element) -> Iterator[str]:
    for attribute in (*_COMMON, *ATTRIBUTES[name]):
        value = element.get(attribute)
        if value is not None and _leads_nowhere_else(attribute, value):
            yield f' {attribute}="{escape(value)}"'
    if name == "img" and element.get("alt") is None:
        yield ' alt=""'
    if name in ("a", "area") and element.get("href") is not None:
        yield _NEW_WINDOW


def _leads_nowhere_else(attribute: str, value: str) -> bool:
    address = _ADDRESSES.get(attribute)
    return address is None or address.match(value.strip()) is not None


def _text(text: str | None) -> str:
    return escape(text or "", quote=False)


Kind = Literal["title", "text", "list", "formatted", "image", "audio", "video", "link"]

_MEDIA: Final[dict[str, Kind]] = {"image": "image", "audio": "audio", "video": "video"}


@dataclass(frozen=True)
class Part:
    """One thing shown; the alternative of a medium is its `text`, and `html` is clean already.

    `width` and `height` are pixels or empty.
    """

    kind: Kind
    text: str = ""
    items: tuple[str, ...] = ()
    html: str = ""
    address: str = ""
    width: str = ""
    height: str = ""


def parts(content: etree._Element | None) -> tuple[Part, ...]:
    """Return what an Overview or a QuestionContent holds, in its order."""
    return () if content is None else tuple(part(child) for child in content)


def part(element: etree._Element) -> Part:
    """Return one thing of a content, or what a selection shows."""
    name = local_name(element)
    text = (element.text or "").strip()
    if name in ("Binary", "EmbeddedBinary"):
        return _medium(element)
    if name == "FormattedContent":
        return Part("formatted", html=clean(element.text or ""))
    if name == "List":
        return Part("list", items=tuple((item.text or "").strip() for item in element))
    return Part("title" if name == "Title" else "text", text)


def _medium(element: etree._Element) -> Part:
    """Return a picture, a sound or a film; anything else to embed becomes a link.

    What a plugin was needed for would today be a foreign page in a frame that no sandbox holds.
    """
    kind = "EmbeddedMimeType" if local_name(element) == "EmbeddedBinary" else "MimeType"
    mime = element.findtext(f"{{*}}{kind}/{{*}}Type", "")
    return Part(
        _MEDIA.get(mime.strip().lower(), "link"),
        text=element.findtext("{*}AltText", "").strip(),
        address=element.findtext("{*}DataURL", "").strip(),
        width=_pixels(element.findtext("{*}Width", "")),
        height=_pixels(element.findtext("{*}Height", "")),
    )


def _pixels(text: str) -> str:
    number = text.strip().removesuffix("px")
    return number if number.isascii() and number.isdigit() else ""
