"""Display names for findings of staff, and what candidates are asked to do about them (R16)."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

FINDINGS: dict[str, LazyString] = {
    "hat": _l("Hat or headdress"),
    "sunglasses": _l("Sunglasses"),
    "headphones": _l("Headphones or earpiece"),
    "mask": _l("Mask"),
    "hair": _l("Hair over face or ears"),
    "phone": _l("Phone or tablet"),
}
"""What only staff can see at check-in (R16), in the order of the keys 1 to 6."""

WAIT_REASONS: dict[str, LazyString] = {
    "call": _l("calls"),
    "identity": _l("face or card not confirmed"),
    "by_hand": _l("check by hand"),
    "findings": _l("something to take off"),
    "devices": _l("device check failed"),
    "inspection": _l("not checked by staff"),
}
"""What a candidate at check-in waits for; `WaitReason` has the ids."""

REQUESTS: dict[str, LazyString] = {
    "hat": _l("Please take off your hat or headdress."),
    "sunglasses": _l("Please take off your sunglasses."),
    "headphones": _l("Please take off headphones and take out earpieces."),
    "mask": _l("Please take off your mask."),
    "hair": _l("Please tie back your hair: face and ears must be visible."),
    "phone": _l("Please switch off your phone and hand it to the invigilator."),
}
"""What a candidate is asked to do about each finding."""
