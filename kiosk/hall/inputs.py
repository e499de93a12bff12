"""What terminals send, as the use cases take it. Unknown fields are refused, everything is bounded.

The web reads request bodies into these types, which checks the bounds written here; whoever makes
one in Python is trusted.
"""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from kiosk.exam.attempt.page_leaves import SignalKind
from kiosk.exam.checkin.devices import SLOW_NETWORK_MS
from kiosk.exam.items.item import MAX_ESSAY, MAX_TEXT

ShortText = Annotated[str, Field(max_length=200)]
AS_TYPED = ConfigDict(extra="forbid")
STRIPPED = ConfigDict(extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True)
class AnswerWrite:
    """One write of the terminal: ``seq`` counts this attempt's writes from 1.

    ``at`` is the time by the terminal's own clock, stored and never trusted.
    """

    __pydantic_config__: ClassVar[ConfigDict] = AS_TYPED

    seq: Annotated[int, Field(ge=1, le=10_000_000)]
    item: Annotated[str, Field(min_length=1, max_length=100)]
    value: (
        Annotated[str, Field(max_length=MAX_ESSAY)]
        | Annotated[list[ShortText], Field(max_length=40)]
        | None
    ) = None
    at: ShortText | None = None


@dataclass(frozen=True)
class AnswerBatch:
    """Answers in the order of their sequence numbers."""

    __pydantic_config__: ClassVar[ConfigDict] = AS_TYPED

    writes: Annotated[list[AnswerWrite], Field(min_length=1, max_length=500)]


@dataclass(frozen=True)
class NotesWrite:
    """The whole text of a notes pad; ``number`` counts this attempt's saves from 1."""

    __pydantic_config__: ClassVar[ConfigDict] = AS_TYPED

    number: Annotated[int, Field(ge=1, le=10_000_000)]
    text: Annotated[str, Field(max_length=MAX_TEXT)]


@dataclass(frozen=True)
class ConductSignal:
    """One thing that the answer page noticed (R18, R20)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRIPPED

    kind: SignalKind
    cause: Annotated[str, Field(max_length=60)] = ""


@dataclass(frozen=True)
class SignalBatch:
    """Signals in the order they happened."""

    __pydantic_config__: ClassVar[ConfigDict] = STRIPPED

    signals: Annotated[list[ConductSignal], Field(min_length=1, max_length=200)]


@dataclass(frozen=True)
class DeviceCheck:
    """Result of a terminal's device check (R13); ``server_ms`` is a measured round trip."""

    __pydantic_config__: ClassVar[ConfigDict] = STRIPPED

    camera: bool
    microphone: bool
    loudspeaker: bool
    server_ms: Annotated[int, Field(ge=0, le=600_000)]
    details: Annotated[dict[ShortText, ShortText | float | bool | None], Field(max_length=40)] = (
        field(default_factory=dict)
    )

    @property
    def ok(self) -> bool:
        """Whether everything that the exam needs works."""
        fast = self.server_ms <= SLOW_NETWORK_MS
        return self.camera and self.microphone and self.loudspeaker and fast
