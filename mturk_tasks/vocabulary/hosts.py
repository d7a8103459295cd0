"""The host in an address as browsers read it, so that two spellings of one host are never taken for two."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final

_ADDRESS: Final = re.compile(
    r"https?://(?:[^/?#\\\s]*@)?(?P<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]*)?(?:[/?#].*)?",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
_NUMBER: Final = re.compile(r"0x[0-9a-f]*|[0-9]+", re.ASCII)


def host_of(address: str) -> str:
    """Return the host in an http or https address, in one spelling; empty for what is not written plainly.

    Numbers are read as the URL standard does: `0x7f.1` and `2130706433` are `127.0.0.1`. Not plain are
    backslashes, escapes, blanks, letters beyond ASCII, and names that browsers of different age read
    differently.
    """
    found = _ADDRESS.fullmatch(address)
    if not found:
        return ""
    host = found["host"].lower()
    if host.startswith("["):
        return _of_six(host[1:-1])
    labels = host.removesuffix(".").split(".")
    if not all(labels):
        return ""
    if _NUMBER.fullmatch(labels[-1]):
        return _of_four(labels)
    return ".".join(labels) if all(map(_is_plain, labels)) else ""


def is_another_host(address: str, *ours: str) -> bool:
    """Say whether an address is surely at another host than each of ours; ports make no difference.

    A subdomain, a parent domain and a neighbour are other hosts.
    """
    host, known = host_of(address), {host_of(one) for one in ours}
    return bool(host and known) and "" not in known and host not in known


def _of_four(labels: list[str]) -> str:
    """Return an IPv4 address of up to four numbers, of which the last fills what is left."""
    numbers = [_number(label) for label in labels]
    if len(numbers) > 4 or None in numbers:
        return ""
    *first, last = (number or 0 for number in numbers)
    left = 4 - len(first)
    if last >= 256**left or any(number > 255 for number in first):
        return ""
    whole = sum(number << (8 * (3 - place)) for place, number in enumerate(first))
    return str(IPv4Address(whole + last))


def _number(label: str) -> int | None:
    if not _NUMBER.fullmatch(label) or len(label) > 20:
        return None
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    is_octal = label.startswith("0") and len(label) > 1
    if is_octal and not set(label) <= set("01234567"):
        return None
    return int(label, 8 if is_octal else 10)


def _of_six(text: str) -> str:
    """Return an IPv6 address, or the IPv4 address that it stands for: both reach one machine."""
    try:
        address = IPv6Address(text)
    except ValueError:
        return ""
    return str(address.ipv4_mapped) if address.ipv4_mapped else f"[{address.compressed}]"


def _is_plain(label: str) -> bool:
    """Say whether a label is read alike everywhere: some read `xn--lab-` as `lab`."""
    if not label.startswith("xn--"):
        return True
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return False
    return not decoded.isascii() and decoded.encode("punycode").decode("ascii") == label[4:]
