from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mturk_tasks.client.session import fetch
from mturk_tasks.errors import Unavailable


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        leads = self.path.startswith("/to?")
        self.send_response(302 if leads else 200 if self.path == "/owl" else 404)
        if leads:
            self.send_header("Location", self.path[4:])
        self.end_headers()
        self.wfile.write(b"owl")

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with HTTPServer(("127.0.0.1", 0), Answering) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


def test_a_file_is_fetched_over_the_network(server):
    assert fetch(f"{server}/owl", 3) == b"owl"


def test_an_address_may_hold_the_file():
    assert fetch("data:application/octet-stream;name=a%20b;base64,AP8=", 2) == b"\x00\xff"


@pytest.mark.parametrize(("size", "told"), [(2, "more"), (4, "has 3")])
def test_a_file_of_another_size_is_not_taken(server, size, told):
    with pytest.raises(Unavailable, match=told):
        fetch(f"{server}/owl", size)


def test_what_is_not_there_cannot_be_fetched(server):
    with pytest.raises(Unavailable, match="cannot be fetched from 127"):
        fetch(f"{server}/jay", 3)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/a", "/etc/passwd", ""])
def test_no_file_of_the_own_machine_is_read(address):
    with pytest.raises(Unavailable, match="cannot be fetched from an address"):
        fetch(address, 3)


def test_an_address_may_lead_on_at_the_same_place(server):
    assert fetch(f"{server}/to?/owl", 3) == b"owl"
    assert fetch(f"{server}/to?{server}/owl", 3) == b"owl"


def test_an_address_leads_to_no_other_place(server):
    with HTTPServer(("127.0.0.1", 0), Answering) as other:  # of the same host, and nobody serves there
        port = other.server_port
        for target in (f"http://127.0.0.1:{port}/owl", f"{server.replace('127.0.0.1', 'localhost')}/owl"):
            with pytest.raises(Unavailable, match="it leads on to"):
                fetch(f"{server}/to?{target}", 3)
    with pytest.raises(Unavailable):
        fetch(f"{server}/to?file:///etc/passwd", 3)
