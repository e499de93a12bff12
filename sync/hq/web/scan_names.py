"""Names of states, parts and usual reasons of scans, for the console."""

from collections.abc import Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from sync.hq.registration.scan_names import BACK, FRONT
from sync.hq.registration.scan_states import ScanState

STATES: dict[ScanState, tuple[LazyString, str]] = {
    ScanState.MISSING: (_l("missing"), "none"),
    ScanState.NEW: (_l("to be looked at"), "wait"),
    ScanState.RETURNED: (_l("returned"), "bad"),
    ScanState.ACCEPTED: (_l("accepted"), "ok"),
}
"""For each state its name and the colour of its chip."""

PARTS: dict[str, LazyString] = {"": _l("whole"), FRONT: _l("front side"), BACK: _l("back side")}

REASONS: Sequence[LazyString] = (
    _l("The picture is blurred or too dark to read"),
    _l("A part is cut off"),
    _l("This is another document"),
    _l("The data differ from the registration"),
    _l("The document has expired"),
    _l("A stamp or signature is missing"),
)
"""Usual reasons for return, in the order of their keys 1 to 6."""


def part(value: str) -> str:
    """Return the name of a part; pages by their number."""
    return str(PARTS[value]) if value in PARTS else str(_l("page %(number)s", number=value))
