"""Which host an address names, however it is written; what is not understood is never another host."""

from __future__ import annotations

import pytest

from mturk_tasks.vocabulary.environments import host_of, is_another_host

LOOPBACK = "http://127.0.0.1:8017"
SITE = "https://market.example.org"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://Lab.Example.ORG:8080/a?b#c", "lab.example.org"),
        ("HTTPS://lab.example.org./", "lab.example.org"),
        ("https://lab.example.org?x=http://other", "lab.example.org"),
        ("https://lab.example.org#@other", "lab.example.org"),
        ("http://one:two@lab.example.org/", "lab.example.org"),
        ("http://market.example.org@lab.example.org:1/", "lab.example.org"),
        ("http://one@two@lab.example.org/", "lab.example.org"),
        ("http://127.1:8017", "127.0.0.1"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://0177.0.0.01/", "127.0.0.1"),
        ("http://2130706433/", "127.0.0.1"),
        ("http://0x7F000001./", "127.0.0.1"),
        ("http://[::1]:8017/", "[::1]"),
        ("http://[0:0:0:0:0:0:0:1]/", "[::1]"),
        ("http://[::ffff:7f00:1]/", "127.0.0.1"),
        ("http://xn--bcher-kva.example/", "xn--bcher-kva.example"),
    ],
)
def test_a_host_has_one_spelling(address, host):
    assert host_of(address) == host


@pytest.mark.parametrize(
    "address",
    [
        *("", "lab.example.org", "//lab.example.org/", "http:lab.example.org", "http:/lab.example.org"),
        *("http:///lab.example.org", "ftp://lab.example.org/", "javascript://lab.example.org/"),
        *("http:\\\\lab.example.org/", "http://lab.example.org\\@other/", "http://a\\@lab.example.org/"),
        *("http://lab.exa\tmple.org/", " http://lab.example.org/", "http://lab .example.org/"),
        *("http://l%61b.example.org/", "http://b\u00fccher.example/", "http://loca\u017fl.example/"),
        *("http://\uff4cab.example.org/", "http://lab\u3002example.org/", "http://la\u00adb.example.org/"),
        *("http://xn--lab-/", "http://xn--lab-.example.org/", "http://lab..example.org/", "http://./"),
        *("http://1.2.3.4.5/", "http://256.1.1.1/", "http://08.1/", "http://lab.1/", "http://4294967296/"),
        *("http://[::1/", "http://[::g]/", "http://lab:8080:1/", "http://lab:x/"),
    ],
)
def test_what_is_not_written_plainly_names_no_host(address):
    assert host_of(address) == ""
    assert not is_another_host(address, SITE)


@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.1:5000/", "https://127.0.0.1/", "http://127.0.0.1./", "http://0x7f.1:5000/"),
        *("http://user@127.0.0.1/", "http://[::ffff:127.0.0.1]/"),
    ],
)
def test_another_port_is_no_other_host(address):
    assert not is_another_host(address, LOOPBACK)


@pytest.mark.parametrize(
    "address",
    [
        *("http://localhost:5000/", "http://lab.localhost/", "http://127.0.0.2/", "http://[::1]/"),
        *("https://lab.example.org/", "https://a.market.example.org/", "https://example.org/"),
        "http://127.0.0.1@lab.example.org/",
    ],
)
def test_another_name_is_another_host(address):
    assert is_another_host(address, LOOPBACK, SITE)


def test_a_page_is_at_another_host_only_if_it_is_at_none_of_ours():
    assert not is_another_host("https://market.example.org:8443/", LOOPBACK, SITE)
    assert not is_another_host("https://lab.example.org/")
    assert not is_another_host("https://lab.example.org/", LOOPBACK, "http://b\u00fccher.example/")
