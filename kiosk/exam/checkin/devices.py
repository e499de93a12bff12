"""Which rules need which device of a terminal (R13), and which cameras are software."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal, get_args

from kiosk.exam.proctoring.rules import CAMERA_RULES, ProctoringSettings, RuleId

Device = Literal["camera", "microphone", "loudspeaker", "network"]
DEVICES: tuple[Device, ...] = get_args(Device)

SLOW_NETWORK_MS = 3000
"""A longer round trip to the server fails the network check."""

LABEL_LENGTH = 120

_HEARD: frozenset[RuleId] = frozenset({"talking"})
_LOST: frozenset[RuleId] = frozenset({"camera_lost"})
_NEEDS: dict[Device, frozenset[RuleId]] = {
    "camera": frozenset(CAMERA_RULES) - _HEARD,
    "microphone": _HEARD,
    "loudspeaker": frozenset(),
    "network": _LOST,
}
"""The incident rules that need each device."""

_VIRTUAL = re.compile(
    r"virtual|virt\b|v-?cam\b|\bobs\b|manycam|snap ?camera|xsplit|e2esoft|droidcam|ivcam|epoccam"
    r"|\biriun|dummy video|loopback|splitcam|youcam|camtwist|sparkocam|webcamoid|altercam"
    r"|webcammax|fake|mmhmm|\bndi\b|vmix|nvidia broadcast|camo\b|finecam|chromacam|logi capture"
    r"|screen ?cap|prism live|animaze|facerig|vseeface|deepface|akvcam|unity ?(video )?capture"
    r"|softcam|cyberlink|streamlabs|虚拟|虚擬|虛擬|直播伴侣|模拟摄像|屏幕采集|无他伴侣",
    re.IGNORECASE,
)
"""Labels under which browsers list programs that pose as a camera."""


def rules_off(devices: Iterable[str]) -> tuple[RuleId, ...]:
    """Return the incident rules that do not work without ``devices``."""
    off = set[RuleId]().union(*(_NEEDS[name] for name in DEVICES if name in devices))
    return tuple(rule for rule in CAMERA_RULES if rule in off)


def switched_off(settings: ProctoringSettings, rules: Iterable[RuleId]) -> ProctoringSettings:
    """Return a copy of the settings with ``rules`` disabled."""
    changed = {str(r): settings.rule(r).model_copy(update={"enabled": False}) for r in rules}
    return settings.model_copy(update=changed)


def clean_label(label: object) -> str:
    """Return a device's label as one printable line of at most 120 characters.

    Anything but a string becomes the empty label.
    """
    if not isinstance(label, str):
        return ""
    # Cut first: one character can become eighteen in NFKC, and the label comes from the browser.
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", label[: 4 * LABEL_LENGTH]))
    shown = "".join(c for c in text if c == " " or unicodedata.category(c)[0] not in "CZ")
    return shown.strip()[:LABEL_LENGTH]


def is_virtual(label: str) -> bool:
    """Return whether a camera's label is that of a program."""
    return bool(_VIRTUAL.search(label))
