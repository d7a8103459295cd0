"""Draw an address as a QR code."""

from __future__ import annotations

import io


def qr_code(address: str) -> str:
    """Return the code in SVG, which a page can hold."""
    import segno

    whole = io.BytesIO()
    segno.make(address, error="m").save(whole, kind="svg", scale=4, light="#fff", xmldecl=False)
    return whole.getvalue().decode()
