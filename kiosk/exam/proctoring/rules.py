"""Settings of the incident rules, with their defaults.

A programme file overrides any of them in its ``[proctoring.RULE]`` tables.
"""

from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

RuleId = Literal[
    "nobody", "several_people", "another_person", "camera_lost", "covered", "frozen",
    "face_covered", "identity_in_doubt",
    "too_dark", "too_bright", "not_clear", "turned_away", "out_of_frame", "too_far", "too_near",
    "talking", "phone", "book", "laptop",
]  # fmt: skip
"""The rules, each about one thing that a camera or a microphone can detect."""

CAMERA_RULES: tuple[RuleId, ...] = get_args(RuleId)

FollowUp = Literal["advice", "record", "warn", "review", "staff", "staff_urgent"]
"""What follows when a rule becomes active.

``advice``: the page tells the candidate what to change, nothing else. All others open an incident
with its pictures: ``record`` is silent, ``warn`` tells the candidate, ``review`` waits for staff
after the exam, ``staff`` and ``staff_urgent`` call staff now.
"""


class RuleSettings(BaseModel):
    """When a rule becomes active, when it ends, and what follows.

    A frame breaks the rule when its value is beyond ``limit``; once the rule is active, until
    the value is back at ``release``. The rule becomes active when at least ``need`` of the last
    ``of`` judged frames break it, over at least ``enter_seconds``. It ends after
    ``exit_seconds`` unbroken, on at least ``exit_frames`` frames, and then stays silent for
    ``cooldown_seconds``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = True
    limit: float | None = None
    release: float | None = None
    need: int = Field(ge=2, le=60)
    of: int = Field(ge=2, le=60)
    enter_seconds: float = Field(ge=0, le=600)
    exit_seconds: float = Field(ge=0, le=600)
    exit_frames: int = Field(default=1, ge=1, le=60)
    cooldown_seconds: float = Field(ge=0, le=3600)
    follow_up: FollowUp

    @model_validator(mode="after")
    def _need_fits(self) -> Self:
        if self.need > self.of:
            raise ValueError("need is above of")
        if (self.limit is None) != (self.release is None):
            raise ValueError("limit and release belong together")
        return self


def _table(
    follow_up: FollowUp,
    votes: tuple[int, int],
    seconds: tuple[float, float, float],
    limits: tuple[float, float] | None = None,
    exit_frames: int = 1,
) -> dict[str, Any]:
    """``votes``: need, of. ``seconds``: enter, exit, cool-down. ``limits``: limit, release."""
    limit, release = limits or (None, None)
    return {
        "limit": limit,
        "release": release,
        "need": votes[0],
        "of": votes[1],
        "enter_seconds": seconds[0],
        "exit_seconds": seconds[1],
        "exit_frames": exit_frames,
        "cooldown_seconds": seconds[2],
        "follow_up": follow_up,
    }


DEFAULTS: dict[RuleId, dict[str, Any]] = {
    "nobody": _table("warn", (4, 5), (5, 2, 30), (1, 1)),
    "several_people": _table("staff", (3, 4), (3, 3, 30), (1, 1)),
    "another_person": _table("staff_urgent", (3, 4), (10, 1, 60), exit_frames=2),
    "identity_in_doubt": _table("staff", (8, 10), (60, 1, 600), exit_frames=2),
    "camera_lost": _table("warn", (2, 2), (5, 2, 30)),
    "covered": _table("warn", (3, 4), (3, 2, 30), (0.5, 0.5)),
    "face_covered": _table("warn", (5, 6), (6, 3, 60), (0.5, 0.35)),
    "frozen": _table("staff", (3, 3), (10, 0, 60), (0.3, 0.5)),
    "too_dark": _table("advice", (4, 5), (5, 3, 60), (45, 55)),
    "too_bright": _table("advice", (4, 5), (5, 3, 60), (225, 215)),
    "not_clear": _table("advice", (4, 5), (5, 3, 60), (18, 24)),
    "turned_away": _table("review", (4, 5), (6, 3, 60), (30, 24)),
    "out_of_frame": _table("warn", (4, 5), (5, 3, 60), (0.25, 0.12)),
    "too_far": _table("advice", (4, 5), (5, 3, 60), (0.1, 0.12)),
    "too_near": _table("advice", (4, 5), (5, 3, 60), (0.5, 0.45)),
    "talking": _table("staff", (2, 3), (2, 5, 60), (0.35, 0.2)),
    "phone": _table("review", (2, 2), (8, 0, 120), (0.6, 0.4)),
    "book": _table("review", (2, 2), (8, 0, 120), (0.6, 0.4)),
    "laptop": _table("review", (2, 2), (8, 0, 120), (0.6, 0.4)),
}


def _rule(name: RuleId) -> RuleSettings:
    return RuleSettings.model_validate(DEFAULTS[name])


class ProctoringSettings(BaseModel):
    """The rules of a programme. A table in the file need only name what differs.

    ``identity_seconds``: how often a face that stays in place is compared with the portrait.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    identity_seconds: float = Field(default=5, ge=0, le=60)
    nobody: RuleSettings = _rule("nobody")
    several_people: RuleSettings = _rule("several_people")
    another_person: RuleSettings = _rule("another_person")
    identity_in_doubt: RuleSettings = _rule("identity_in_doubt")
    camera_lost: RuleSettings = _rule("camera_lost")
    covered: RuleSettings = _rule("covered")
    face_covered: RuleSettings = _rule("face_covered")
    frozen: RuleSettings = _rule("frozen")
    too_dark: RuleSettings = _rule("too_dark")
    too_bright: RuleSettings = _rule("too_bright")
    not_clear: RuleSettings = _rule("not_clear")
    turned_away: RuleSettings = _rule("turned_away")
    out_of_frame: RuleSettings = _rule("out_of_frame")
    too_far: RuleSettings = _rule("too_far")
    too_near: RuleSettings = _rule("too_near")
    talking: RuleSettings = _rule("talking")
    phone: RuleSettings = _rule("phone")
    book: RuleSettings = _rule("book")
    laptop: RuleSettings = _rule("laptop")

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {
            name: {**DEFAULTS[name], **value} if _partial(name, value) else value
            for name, value in data.items()
        }

    def rule(self, name: RuleId) -> RuleSettings:
        found: RuleSettings = getattr(self, name)
        return found


def _partial(name: str, value: object) -> bool:
    return name in DEFAULTS and isinstance(value, dict)
