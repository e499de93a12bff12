"""The page that verifies certificates without a network: one HTML file with the keys in it."""

import json
from collections.abc import Sequence
from pathlib import Path

from sync.hq.certificates.tokens import Jwk

_HERE = Path(__file__).parent


def offline_page(keys: Sequence[Jwk]) -> bytes:
    """Return the page with these public keys in it."""
    page = (_HERE / "offline/page.html").read_text(encoding="utf-8")
    script = (_HERE / "static/verify-offline.js").read_text(encoding="utf-8")
    # "<" would end the element that holds the JSON.
    listed = json.dumps({"keys": list(keys)}).replace("<", "\\u003c")
    return page.replace("KEYS", listed, 1).replace("SCRIPT", script, 1).encode()
