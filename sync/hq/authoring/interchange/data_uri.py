"""Pictures inside their address."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

_DATA = re.compile(r"\s*data:([^,]{0,200}),(.*)", re.DOTALL | re.IGNORECASE)


def data_uri(address: str) -> bytes | None:
    """Return the content of a ``data:`` URI, or None if the address is of another kind.

    Damaged base64 gives an empty content.
    """
    found = _DATA.match(address)
    if found is None:
        return None
    content = unquote_to_bytes(found[2].strip())
    if not found[1].lower().rstrip().endswith(";base64"):
        return content
    try:
        return base64.b64decode(content)
    except binascii.Error:
        return b""
