"""What workers are told inside frames, by the reason in one word or two."""

from __future__ import annotations

from typing import Final

TITLES: Final = {"submitted": "Submitted", "late": "Kept, though late"}
TITLE: Final = "Not submitted"

TEXTS: Final = {
    "submitted": "Your answers have arrived. This is your receipt.",
    "late": (
        "The time was over when your answers arrived. They are kept and shown to the requester, "
        "but they count as no assignment."
    ),
    "files": "Files cannot be sent with this form; they were left out.",
    "preview": "This is a preview: accept the HIT first, then answer it.",
    "unknown": "This page does not belong to a HIT of this site. Open the HIT again from your list.",
    "expired": "This page has been open for too long. Open the HIT again from your list.",
    "gone": "This HIT does not exist any more.",
    "not held": "This HIT is not in your hands any more: it was returned, or its time is over.",
    "already": "You have submitted this HIT already. Your first answers are kept; these were not added.",
    "another": "These answers name another assignment than the one that you have opened.",
    "nothing": "There is nothing to submit: the form has sent no answer.",
    "too large": "The answers are too large to be kept. Shorten them, or leave files out.",
    "no pass": (
        "This form has sent its answers to an address that serves no assignment. Its requester must let it "
        "submit to the whole address given as turkSubmitTo, with /mturk/externalSubmit added at its end."
    ),
    "invalid": "The answers cannot be read.",
}
PREVIEW_FRAME: Final = "Preview of the HIT"
FRAME: Final = "The HIT's question"
