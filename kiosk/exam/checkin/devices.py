"""What a terminal's devices are needed for (R13), and which cameras are no cameras."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal, get_args

from kiosk.exam.proctoring.rules import CAMERA_RULES, ProctoringSettings, RuleId

Device = Literal["camera", "microphone", "loudspeaker", "network"]
DEVICES: tuple[Device, ...] = get_args(Device)

SLOW_NETWORK_MS = 3000
"""A round trip to the server that takes longer fails the check of the network."""

LABEL_LENGTH = 120

_HEARD: frozenset[RuleId] = frozenset({"talking"})
_LOST: frozenset[RuleId] = frozenset({"camera_lost"})
_NEEDS: dict[Device, frozenset[RuleId]] = {
    "camera": frozenset(CAMERA_RULES) - _HEARD,
    "microphone": _HEARD,
    "loudspeaker": frozenset(),
    "network": _LOST,
}
"""The rules that a device serves."""

_VIRTUAL = re.compile(
    r"virtual|virt\b|v-?cam\b|\bobs\b|manycam|snap ?camera|xsplit|e2esoft|droidcam|ivcam|epoccam"
    r"|\biriun|dummy video|loopback|splitcam|youcam|camtwist|sparkocam|webcamoid|altercam"
    r"|webcammax|fake|mmhmm|\bndi\b|vmix|nvidia broadcast|camo\b|finecam|chromacam|logi capture"
    r"|screen ?cap|prism live|animaze|facerig|vseeface|deepface|akvcam|unity ?(video )?capture"
    r"|softcam|cyberlink|streamlabs|虚拟|虚擬|虛擬|直播伴侣|模拟摄像|屏幕采集|无他伴侣",
    re.IGNORECASE,
)
"""Programs that offer themselves as a camera, by the labels that browsers show."""


def rules_off(devices: Iterable[str]) -> tuple[RuleId, ...]:
    """The incident rules that a terminal cannot serve without these devices."""
    off = set[RuleId]().union(*(_NEEDS[name] for name in DEVICES if name in devices))
    return tuple(rule for rule in CAMERA_RULES if rule in off)


def switched_off(settings: ProctoringSettings, rules: Iterable[RuleId]) -> ProctoringSettings:
    """The settings with these rules switched off."""
    changed = {str(r): settings.rule(r).model_copy(update={"enabled": False}) for r in rules}
    return settings.model_copy(update=changed)


def clean_label(label: object) -> str:
    """A device's label as a browser sent it: one line, printable, at most 120 characters."""
    if not isinstance(label, str):
        return ""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", label[: 4 * LABEL_LENGTH]))
    shown = "".join(c for c in text if c == " " or unicodedata.category(c)[0] not in "CZ")
    return shown.strip()[:LABEL_LENGTH]


def is_virtual(label: str) -> bool:
    """Whether a camera's label is that of a program, not of a device."""
    return bool(_VIRTUAL.search(label))
