"""The content of an exam package: the roster and the paper.

These models have no fields for keys and mark schemes and reject unknown fields, so keys cannot
travel to a centre, whatever headquarters does.
"""

import hashlib
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kiosk.exam.items.markup import PICTURE_NAME
from kiosk.exam.papers.paper import Form, Paper, make_form
from sync.wire.model import Base64, Identifier, WireModel

ROSTER_FORMAT: Literal["exam-roster/1"] = "exam-roster/1"
PAPER_FORMAT: Literal["exam-paper/1"] = "exam-paper/1"
MAX_PICTURE_BASE64 = 2_000_000
"""Largest picture of an item in base64 characters (1.5 MB)."""
MAX_PORTRAIT_BASE64 = 700_000
"""Largest portrait in base64 characters (512 KiB of JPEG)."""


class RosterCandidate(WireModel):
    """One candidate of one sitting at one centre."""

    candidate_id: Identifier
    admission_no: str = Field(pattern=r"^[A-Za-z0-9-]{1,32}$")
    identity_no: str = Field(min_length=1, max_length=32)
    name: str = Field(min_length=1, max_length=100)
    seat: str = Field(max_length=16)
    portrait_jpeg_b64: Base64 | None = Field(default=None, max_length=MAX_PORTRAIT_BASE64)
    extra_minutes: int = Field(default=0, ge=0, le=600)


class Roster(WireModel):
    """All candidates of a package, with distinct ids and admission numbers."""

    format: Literal["exam-roster/1"] = ROSTER_FORMAT
    candidates: tuple[RosterCandidate, ...] = Field(max_length=2000)


class FormRule(WireModel):
    """How each candidate's order of the paper follows from the package's seed.

    ``shuffle/1``: :func:`kiosk.exam.papers.paper.make_form` with the SHA-256 of the seed's bytes
    followed by the candidate's id.
    """

    rule: Literal["shuffle/1"] = "shuffle/1"
    seed: str = Field(pattern=r"^[0-9a-f]{64}$")

    def seed_for(self, candidate_id: str) -> bytes:
        """Return this candidate's own 32 bytes."""
        return hashlib.sha256(bytes.fromhex(self.seed) + candidate_id.encode()).digest()


class PaperContents(WireModel):
    """The paper as the centre unlocks it."""

    format: Literal["exam-paper/1"] = PAPER_FORMAT
    paper: Paper
    form: FormRule
    pictures: dict[
        Annotated[str, Field(pattern=f"^{PICTURE_NAME}$")],
        Annotated[Base64, Field(max_length=MAX_PICTURE_BASE64)],
    ] = Field(default_factory=dict, max_length=500)

    @model_validator(mode="after")
    def _every_picture_is_there(self) -> Self:
        shown = frozenset().union(*(item.pictures for item in self.paper.items))
        if missing := sorted(shown - set(self.pictures)):
            raise ValueError(f"the paper shows pictures that are not there: {', '.join(missing)}")
        return self

    def form_for(self, candidate_id: str) -> Form:
        """Return this candidate's order of items and options; the same on every machine."""
        return make_form(self.paper, self.form.seed_for(candidate_id))
