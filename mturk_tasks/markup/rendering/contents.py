"""What a form shows beside its fields: titles, texts, lists, formatted content, media."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from mturk_tasks.markup.reading import local_name
from mturk_tasks.markup.rendering.xhtml import clean

if TYPE_CHECKING:
    from lxml import etree

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
