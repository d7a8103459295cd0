"""What a worker does in a tab of a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import APIResponse, Frame, Page, expect

PASSWORD = "owls hoot at night"
SIZES = {"phone": (360, "light"), "context at night": (1280, "dark")}

Open = Callable[..., Page]


def sign_up(tab: Page, name: str = "anna") -> Page:
    tab.goto("/")
    tab.get_by_role("link", name="Sign up").click()
    tab.get_by_label("Name").fill(name)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign up").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("HITs")
    return tab


def press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name).click()


def enter(tab: Page, name: str = "anna") -> Page:
    """Sign up without looking at the pages on the way."""
    post(tab, "/sign-up", name=name, password=PASSWORD)
    return tab


def accept(tab: Page, title: str) -> Page:
    """Accept a HIT of the group with that title, likewise, and see its work page."""
    found = re.search(rf'<a href="(/groups/\w+)">{title}</a>', tab.request.get("/").text())
    assert found
    tab.goto(post(tab, f"{found[1]}/accept").url)
    expect(tab.get_by_text("Time left")).to_be_visible()
    return tab


def post(tab: Page, path: str, **fields: str) -> APIResponse:
    """Send a form with the token of the visitor whose tab it is."""
    token = re.search(r'name="token" value="(\w+)"', tab.request.get("/account").text())
    assert token
    return tab.request.post(path, form={"token": token[1], **fields})


def inside(tab: Page) -> Frame:
    """Return the frame with the requester's page, which is loaded."""
    tab.frame_locator("iframe").locator("form").wait_for()
    return tab.frames[1]
