"""Those who meet at a served marketplace: requesters in their folders, workers in their browsers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from mturk_tasks.marketplace.storage import about, opening
from tests.server.processes import Process
from tests.tasks.shell import Ended, Shell, table

PASSWORD = "owls hoot at night"
ANSWER = "Answer."
SURVEY = {
    "name": "survey",
    "description": "One bird",
    "keywords": "birds",
    "git": "no",
}  # of a page of one's own


class Market:
    """A sandbox behind an address, as `mturk marketplace.serve` runs it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.process = Process(home, home / "log")
        self.url = self.process.url

    def later(self, **by: float) -> None:
        """Let time pass."""
        with opening.open_store(self._home / "sandbox.db") as store:
            about.advance(store, timedelta(**by))

    def close(self) -> None:
        """Stop the server, which must have had no trouble to tell of."""
        assert self.process.stop() == 0
        assert "Traceback" not in self.process.log.read_text()


class Requester(Shell):
    """A prompt in a folder of one's own."""

    def inv(self, *words: str) -> Ended:
        """Run invoke's own program in the folder."""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            return super().inv(*words)

    def results(self) -> list[dict[str, str]]:
        """Fetch the work, and return the rows of the results file that hold some."""
        self.do("results")
        (path,) = self.folder.glob("*.results")
        return [row for row in table(path) if row["assignmentid"]]

    def drafts(self) -> list[dict[str, str]]:
        """Fetch what is half done, and return the rows of its file."""
        self.do("results", "--drafts")
        (path,) = self.folder.glob("*.drafts")
        return table(path)


def answers(row: dict[str, str]) -> dict[str, str]:
    """Return what stands in the answer columns of a row, by question; blanks are left out."""
    cells = ((name.removeprefix(ANSWER), cell) for name, cell in row.items() if name.startswith(ANSWER))
    return {name: cell for name, cell in cells if cell}


@dataclass(frozen=True)
class Worker:
    """Somebody with an account, in a tab of a browser."""

    name: str
    tab: Page

    @property
    def frame(self) -> FrameLocator:
        """Return what is in the frame of a HIT."""
        return self.tab.frame_locator("iframe")

    def enter(self, door: str) -> Worker:
        """Sign up, or sign in."""
        self.tab.goto("/")
        if door == "Sign up":
            self.tab.get_by_role("link", name=door).click()
        self.fill_in(door)
        self.headed("HITs")
        return self

    def fill_in(self, door: str) -> None:
        """Give name and password at a door that is open."""
        self.tab.get_by_label("Name").fill(self.name)
        self.tab.get_by_label("Password").fill(PASSWORD)
        self.press(door)

    def headed(self, text: str) -> None:
        """See a page under this heading."""
        expect(self.tab.get_by_role("heading", level=1)).to_have_text(text)

    def asked(self, question: str) -> Locator:
        """Return a question of a form, by its name."""
        return self.tab.get_by_role("group", name=question)

    def press(self, button: str) -> None:
        self.tab.get_by_role("button", name=button).click()

    def go(self, page: str) -> None:
        """Go to a page of the main menu."""
        self.tab.get_by_role("navigation").get_by_role("link", name=page).click()

    def find(self, title: str) -> None:
        """Search for a group of HITs, and look at one."""
        self.go("HITs")
        self.tab.get_by_label("Search").fill(title)
        self.press("Show")
        self.tab.get_by_role("link", name=title, exact=True).click()

    def accept(self) -> None:
        """Accept the HIT that is looked at."""
        self.press("Accept this HIT")
        expect(self.tab.get_by_text("Time left")).to_be_visible()

    def receipt(self) -> str:
        """Return the number on the receipt, which is seen next."""
        self.headed("Receipt")
        return self.tab.locator("dd code").inner_text()
