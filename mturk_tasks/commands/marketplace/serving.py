"""Serve a marketplace: for everybody until it is stopped, or for one program that runs meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from mturk_tasks.commands.marketplace.databases import key_file_of, opened
from mturk_tasks.console.console import Console
from mturk_tasks.marketplace.server.keys import KeyFile, Keys
from mturk_tasks.marketplace.storage import about as terms

if TYPE_CHECKING:
    from mturk_tasks.marketplace.serve import Ready
    from mturk_tasks.marketplace.web.session import SignUp

# The server, with its pages, is imported where one is started.


def serve(
    database: str,
    key_file: str,
    *,
    fee: str,
    host: str,
    port: int,
    public_url: str,
    trusted_proxy: str,
    sign_up: str,
    site_name: str,
    about: str,
    studies: str,
) -> None:
    """Serve a marketplace until it is told to stop; a fee that is given stands in its database from then on.

    `about` is what the site says of itself.
    """
    from mturk_tasks.marketplace import serve as server

    mode = cast("SignUp | None", sign_up or None)
    allowed = {"on": True, "off": False}.get(studies)
    options = server.Options(host, port, public_url, trusted_proxy, mode, site_name, about, allowed)
    with opened(database, grouped=True) as store:
        if fee:
            terms.set_fee(store, fee)
        server.run(store, Keys(store, KeyFile(key_file_of(key_file))), options, _announce)


@contextmanager
def served_sandbox() -> Iterator[Ready]:
    """Serve the user's sandbox at a free port of this machine until the block ends."""
    from mturk_tasks.marketplace import serve as server

    with opened("", grouped=True) as store:
        keys = Keys(store, KeyFile(key_file_of("")))
        with server.beside(store, keys, server.Options("127.0.0.1", 0)) as ready:
            yield ready


def _announce(ready: Ready) -> None:
    console = Console()
    if ready.any_key:
        console.note(
            "note: any access key is taken for the sandbox's one requester; add a requester with "
            "marketplace.requester-add to take real keys only"
        )
    if ready.unnamed_proxy:
        console.note(
            "note: a proxy must bring people here, and without --trusted-proxy all of them count as one "
            "address: wrong passwords of some can lock out others"
        )
    console.note(f"workers open {ready.url} in a browser")
    console.say(f"the marketplace is ready at {ready.url}; now: export AWS_ENDPOINT_URL_MTURK={ready.url}")
