"""Lead a program's calls to Amazon's MTurk to the marketplace that `mturk marketplace.run` names.

Python imports this module when it starts, since its folder is the first on PYTHONPATH. It knows nothing of
the rest of the project: the program may run under another Python, 3.8 or later.

botocore, requests, urllib3 and urllib make their connections of http.client's class, so only that class is
changed: once it is imported, as a program without a network never does. What was signed is sent as it was
signed, but for the name in the Host header where the marketplace takes any key.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec, PathFinder

TYPE_CHECKING = False  # typing's own would have to be imported
if TYPE_CHECKING:
    from typing import Any

ADDRESS = os.environ.get("MTURK_RUN_ADDRESS", "")
OWN_HOST = os.environ.get("MTURK_RUN_HOST", "")  # in place of Amazon's; empty where keys are checked
AMAZONS = r"mturk-requester[a-z-]*\.[a-z0-9-]+\.amazonaws\.com\.?"
CONNECTIONS = "http.client"


class WhenImported:
    """Change the module of connections when it is imported, and stay out of every other import."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return the module that Python would have found, with the change after its own code."""
        if name != CONNECTIONS:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.loader:
            own = spec.loader.exec_module

            def exec_module(module: Any) -> None:
                own(module)
                lead(module.HTTPConnection)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def lead(connection_class: Any) -> None:
    """Let connections to Amazon's MTurk be made to the marketplace, all others as before."""
    import functools
    import re

    begin, put = connection_class.__init__, connection_class.putheader

    @functools.wraps(begin)
    def begin_led(self: Any, *values: Any, **named: Any) -> None:
        begin(self, *values, **named)
        self.is_led = bool(re.fullmatch(AMAZONS, self.host or "", re.IGNORECASE))
        if self.is_led:
            self.connect = functools.partial(connect, self)  # whatever way a subclass has of its own

    @functools.wraps(put)
    def put_own_host(self: Any, header: Any, *values: Any) -> None:
        is_replaced = OWN_HOST and header.lower() in ("host", b"host") and getattr(self, "is_led", False)
        put(self, header, *((OWN_HOST,) if is_replaced else values))

    connection_class.__init__, connection_class.putheader = begin_led, put_own_host


def connect(connection: Any) -> None:
    """Connect to the marketplace, over TLS where its address says so."""
    import socket
    from urllib.parse import urlsplit

    goal = urlsplit(ADDRESS)
    secure = goal.scheme == "https"
    sock = socket.create_connection((goal.hostname, goal.port or (443 if secure else 80)), connection.timeout)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if secure:
        import ssl

        context = ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or None)
        sock = context.wrap_socket(sock, server_hostname=goal.hostname)
    connection.sock = sock
    connection.is_verified = True  # urllib3 warns of what is not


def run_the_hidden_one() -> None:
    """Run the sitecustomize that would have been found without this one, and leave it in this one's place."""
    path, here = os.path, os.path.dirname(__file__)  # noqa: PTH120  # pathlib would slow every start
    others = [place for place in sys.path if path.abspath(place) != path.abspath(here)]  # likewise
    spec = PathFinder.find_spec(__name__, others)
    if spec and spec.loader:
        from importlib.util import module_from_spec

        sys.modules[__name__] = module = module_from_spec(spec)
        spec.loader.exec_module(module)


if ADDRESS and CONNECTIONS in sys.modules:  # by a line in a .pth file
    lead(sys.modules[CONNECTIONS].HTTPConnection)
elif ADDRESS:
    sys.meta_path.insert(0, WhenImported())
run_the_hidden_one()
