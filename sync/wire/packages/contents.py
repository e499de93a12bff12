"""The content of an exam package: the roster and the papers.

These models have no fields for keys and mark schemes and reject unknown fields, so keys cannot
travel to a centre, whatever headquarters does.
"""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kiosk.exam.items.markup import PICTURE_NAME
from kiosk.exam.papers.paper import Form, Paper, make_form
from kiosk.exam.programme.personal_form import MOST_TYPED, PersonalField
from sync.wire import canonical
from sync.wire.errors import PackageDamaged
from sync.wire.model import FIRST, Base64, Identifier, WireModel, from_value

ROSTER_FORMAT: Literal["exam-roster/2"] = "exam-roster/2"
ROSTER_FORMATS = ("exam-roster/1", ROSTER_FORMAT)
"""The first one has neither rooms nor papers; the defaults of :class:`RosterCandidate` hold."""

PAPER_FORMAT: Literal["exam-paper/2"] = "exam-paper/2"
PAPER_FORMAT_1 = "exam-paper/1"
MAX_PICTURE_BASE64 = 2_000_000
"""Largest picture of an item in base64 characters (1.5 MB)."""
MAX_PORTRAIT_BASE64 = 700_000
"""Largest portrait in base64 characters (512 KiB of JPEG)."""


PersonalText = Annotated[str, Field(min_length=1, max_length=MOST_TYPED)]
MOST_CANDIDATES, MOST_PAPERS, MOST_PICTURES = 2000, 200, 2000
"""What one package may have."""


class RosterCandidate(WireModel):
    """One candidate of one sitting at one centre: who, in which room and seat, with which paper.

    ``needs``: what else the candidate needs, in words for the staff of the centre.
    """

    candidate_id: Identifier
    admission_no: str = Field(pattern=r"^[A-Za-z0-9-]{1,32}$")
    identity_no: str = Field(min_length=1, max_length=32)
    name: str = Field(min_length=1, max_length=100)
    room: Identifier = FIRST
    seat: str = Field(max_length=16)
    paper: Identifier = FIRST
    portrait_jpeg_b64: Base64 | None = Field(default=None, max_length=MAX_PORTRAIT_BASE64)
    extra_minutes: int = Field(default=0, ge=0, le=600)
    needs: str = Field(default="", max_length=200)
    personal: dict[PersonalField, PersonalText] | None = None


class Roster(WireModel):
    """All candidates of a package, with distinct ids and admission numbers."""

    format: Literal["exam-roster/1", "exam-roster/2"] = ROSTER_FORMAT
    candidates: tuple[RosterCandidate, ...] = Field(max_length=MOST_CANDIDATES)


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


class PackedPaper(WireModel):
    """A paper as it travels; ``id`` is the one that the sitting and the seats name."""

    id: Identifier
    paper: Paper
    form: FormRule

    def form_for(self, candidate_id: str) -> Form:
        """Return this candidate's order of items and options; the same on every machine."""
        return make_form(self.paper, self.form.seed_for(candidate_id))


class PaperContents(WireModel):
    """The papers as the centre unlocks them, and the pictures that they show."""

    format: Literal["exam-paper/2"] = PAPER_FORMAT
    papers: tuple[PackedPaper, ...] = Field(min_length=1, max_length=MOST_PAPERS)
    pictures: dict[
        Annotated[str, Field(pattern=f"^{PICTURE_NAME}$")],
        Annotated[Base64, Field(max_length=MAX_PICTURE_BASE64)],
    ] = Field(default_factory=dict, max_length=MOST_PICTURES)

    @model_validator(mode="after")
    def _every_picture_is_there(self) -> Self:
        items = (item for packed in self.papers for item in packed.paper.items)
        shown = frozenset().union(*(item.pictures for item in items))
        if missing := sorted(shown - set(self.pictures)):
            raise ValueError(f"the paper shows pictures that are not there: {', '.join(missing)}")
        return self

    @property
    def ids(self) -> Sequence[str]:
        """The ids of the papers, in order."""
        return [packed.id for packed in self.papers]

    def paper(self, paper_id: str) -> PackedPaper:
        """Return the paper of that id.

        Raises:
            KeyError: there is no such paper.
        """
        for packed in self.papers:
            if packed.id == paper_id:
                return packed
        raise KeyError(paper_id)


def read_papers(data: bytes) -> PaperContents:
    """Read the decrypted papers of a package of either format.

    Raises:
        WireError: they are of another format, or break a rule.
    """
    value = canonical.loads(data)
    if isinstance(value, dict) and value.get("format") == PAPER_FORMAT_1:
        only = {"id": FIRST, "paper": value.pop("paper", None), "form": value.pop("form", None)}
        value |= {"format": PAPER_FORMAT, "papers": [only]}
    return from_value(PaperContents, value, PAPER_FORMAT, PackageDamaged)
