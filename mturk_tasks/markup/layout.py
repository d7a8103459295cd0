"""HTML layouts as the web site's requesters wrote them, made into HTMLQuestion documents.

Nothing that is added brings a line of its own before the layout's last one: line 7 of the document is
line 7 of the layout, and so is what is said about it.
"""

from __future__ import annotations

import re
from typing import Final

NAMESPACE: Final = (
    "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2011-11-11/HTMLQuestion.xsd"
)

_DOCUMENT = re.compile(
    r"\s*(?:<\?xml\b.*?\?>\s*)?(?:<!--.*?-->\s*)*<(?:HTMLQuestion|ExternalQuestion|QuestionForm)\b", re.DOTALL
)
_NO_MARKUP = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BRINGS_ITS_OWN = re.compile(r"<(?:form|crowd-form)\b", re.IGNORECASE)
_PAGE = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
_BODY_BEGINS = [re.compile(tag, re.IGNORECASE) for tag in (r"<body\b[^>]*>", r"</head\s*>", r"<html\b[^>]*>")]
_PAGE_ENDS = re.compile(r"</body\s*>|</html\s*>|\Z", re.IGNORECASE)
_SUBMIT = re.compile(
    r"""<input\b[^>]*\btype\s*=\s*["']?(?:submit|image)\b
        |<button\b(?![^>]*\btype\s*=\s*["']?(?:button|reset)\b)""",
    re.IGNORECASE | re.VERBOSE,
)

# The names are those of the web site's own form: layouts style them, and their scripts look for them.
_HEAD: Final = '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>'
_FORM: Final = (
    '<form name="mturk_form" id="mturk_form" method="post">'
    '<input type="hidden" name="assignmentId" id="assignmentId" value="">'
)
_BUTTON: Final = '<p><button type="submit" id="submitButton">Submit</button></p>'
_SCRIPT: Final = r"""
<script>
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
</script>"""


def is_document(text: str) -> bool:
    """Say whether a text is a question document already, whatever its file is called."""
    return bool(_DOCUMENT.match(text))


def html_question(layout: str) -> str:
    """Return the HTMLQuestion of a layout, its frame as high as the browser's window.

    A layout without a form and without a crowd-form gets a form that submits to the marketplace, and
    a button where it has none, as the web site gave it.
    """
    layout += "" if layout.endswith("\n") else "\n"  # a remark in its last line ends there
    page = layout if _BRINGS_ITS_OWN.search(_markup(layout)) else _in_form(layout)
    content = page.replace("]]>", "]]]]><![CDATA[>")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><HTMLQuestion xmlns="{NAMESPACE}"><HTMLContent><![CDATA['
        f"{content}]]></HTMLContent><FrameHeight>0</FrameHeight></HTMLQuestion>\n"
    )


def _in_form(layout: str) -> str:
    """Put a form around what a layout shows: all of it, or what stands in its body."""
    markup = _markup(layout)
    whole = bool(_PAGE.search(markup))
    begins = [found.end() for tag in _BODY_BEGINS if (found := tag.search(markup))]
    start = begins[0] if begins else 0
    ends = _PAGE_ENDS.search(markup, start)
    end = ends.start() if ends else len(layout)
    button = "" if _SUBMIT.search(markup) else _BUTTON
    opening, closing = (_FORM, "") if whole else (_HEAD + _FORM, "</body></html>")
    shown = layout[start:end]
    script = "".join(line.strip() for line in _SCRIPT.splitlines())
    return f"{layout[:start]}{opening}{shown}{button}</form>{script}{layout[end:]}{closing}"


def _markup(layout: str) -> str:
    """Return a layout with blanks in place of comments, scripts and styles, which may speak of tags."""
    return _NO_MARKUP.sub(lambda found: " " * len(found[0]), layout)
