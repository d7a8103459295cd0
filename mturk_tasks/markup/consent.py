"""A text with headings, lists and links, as a consent is written, made into HTML that holds nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

_HEADING: Final = re.compile(r"(#{1,3})\s+(.*)")
_ITEM: Final = re.compile(r"[-*]\s+(.*)")
_LINK: Final = re.compile(r"\[([^\[\]]{1,300})\]\((https?://[^\s()<>\"']{1,500})\)")


def render(text: str) -> str:
    """Return the HTML of a text; markup in it is shown as it was written.

    A line that begins with `#` is a heading, lines that begin with `-` or `*` are a list, and
    `[words](https://…)` is a link. Empty lines part paragraphs.
    """
    return "\n".join(_block(block) for block in _blocks(text.splitlines()))


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines that belong together: a heading, the items of a list, a paragraph."""
    block: list[str] = []
    for line in map(str.strip, lines):
        heading, item = _HEADING.match(line), _ITEM.match(line)
        if block and (not line or heading or bool(item) != _is_list(block)):
            yield block
            block = []
        if heading:
            yield [line]
        elif line:
            block.append(line)
    if block:
        yield block


def _is_list(block: Sequence[str]) -> bool:
    return bool(_ITEM.match(block[0]))


def _block(lines: Sequence[str]) -> str:
    heading = _HEADING.match(lines[0])
    if heading:
        level = len(heading[1]) + 1  # the page has its own first heading
        return f"<h{level}>{_words(heading[2])}</h{level}>"
    if _is_list(lines):
        items = (_ITEM.match(line) for line in lines)
        return f"<ul>{''.join(f'<li>{_words(item[1])}</li>' for item in items if item)}</ul>"
    return f"<p>{_words(' '.join(lines))}</p>"


def _words(text: str) -> str:
    parts, position = [], 0
    for link in _LINK.finditer(text):
        parts.append(escape(text[position : link.start()]))
        address, words = escape(link[2]), escape(link[1])
        parts.append(f'<a href="{address}" rel="noopener noreferrer" target="_blank">{words}</a>')
        position = link.end()
    return "".join([*parts, escape(text[position:])])
