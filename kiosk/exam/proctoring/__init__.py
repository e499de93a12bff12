"""Proctoring: observations in, events of incident rules out (R5, R16, R17, R20).

No rule decides on one frame: each is a state machine with its own k-of-n vote, times and
thresholds, all of them in the programme file. Cameras and microphones report; people decide.
"""

from kiosk.exam.proctoring.machine import RuleEvent
from kiosk.exam.proctoring.observation import Hearing, Observation
from kiosk.exam.proctoring.rules import (
    CAMERA_RULES,
    FollowUp,
    ProctoringSettings,
    RuleId,
    RuleSettings,
)
from kiosk.exam.proctoring.watch import Watch

__all__ = [
    "CAMERA_RULES",
    "FollowUp",
    "Hearing",
    "Observation",
    "ProctoringSettings",
    "RuleEvent",
    "RuleId",
    "RuleSettings",
    "Watch",
]
