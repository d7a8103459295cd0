"""One thing wrong with a document, said so that its author can mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """Name what is wrong and where; `line` counts from 1, None speaks of the document as a whole."""

    line: int | None
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


class Unreadable(ValueError):
    """Say that a text is no XML that may be read at all."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(str(fault) for fault in faults))
