"""The list of reasons for outcomes, from ``config/review-reasons.toml`` or another file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from kiosk.exam.values import Table, Text
from kiosk.settings import SettingsError, mistakes_of, read_toml, resource
from sync.hq.review.errors import ReasonUnknown
from sync.hq.review.states import Outcome

Category = Literal["general", "serious", "grave", "similar"]


class Reason(Table):
    """A reason for one outcome; ``key`` chooses it on the page of an incident."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    outcome: Outcome
    key: str = Field(pattern=r"^[1-9a-z]$")
    name: Text
    category: Category | None = None
    cases_only: bool = False

    @model_validator(mode="after")
    def _breaches_have_a_category(self) -> Self:
        if (self.category is not None) != (self.outcome is Outcome.BREACH):
            raise ValueError("a category is for reasons of a breach, and only for them")
        return self


class Reasons(Table):
    """All reasons. Codes and keys are unique; ``n``, ``p`` and ``j`` leaf through incidents."""

    reasons: tuple[Reason, ...] = Field(min_length=1, max_length=60)
    basis: dict[Category, Text]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        codes, keys = ([getattr(r, n) for r in self.reasons] for n in ("code", "key"))
        if len(set(codes)) != len(codes) or len(set(keys)) != len(keys):
            raise ValueError("two reasons have the same code or key")
        if set(keys) & set(LEAFING):
            raise ValueError(f"the keys {', '.join(LEAFING)} leaf through incidents")
        if {reason.category for reason in self.reasons} - {None} - set(self.basis):
            raise ValueError("[basis] lacks a category")
        if not any(reason.outcome is Outcome.NO_BREACH for reason in self.reasons):
            raise ValueError("there is no reason for no_breach")
        return self

    def of_incidents(self) -> Sequence[Reason]:
        """Return the reasons for single incidents, in the order of the file."""
        return [reason for reason in self.reasons if not reason.cases_only]

    def of_cases(self) -> Sequence[Reason]:
        """Return the reasons for a decision that a breach was found."""
        return [reason for reason in self.reasons if reason.outcome is Outcome.BREACH]

    def find(self, code: str) -> Reason | None:
        """Return a reason by its code; None for one that an earlier file had."""
        return next((reason for reason in self.reasons if reason.code == code), None)

    def basis_of(self, code: str) -> Text | None:
        """Return the legal ground that letters name for a reason of a breach."""
        found = self.find(code)
        return self.basis[found.category] if found is not None and found.category else None

    def require(self, code: str, outcome: Outcome) -> Reason:
        """Return the reason of this outcome.

        Raises:
            ReasonUnknown: there is none, or it is of another outcome.
        """
        found = self.find(code)
        if found is None or found.outcome is not outcome:
            raise ReasonUnknown
        return found


LEAFING = ("n", "p", "j")


def load_reasons(path: Path | None) -> Reasons:
    """Read the list of reasons; without a path, the product's own.

    Raises:
        SettingsError: the file is not valid.
    """
    chosen = path or resource("config/review-reasons.toml")
    try:
        return Reasons.model_validate(read_toml(chosen))
    except ValidationError as error:
        raise SettingsError(f"{chosen}: {mistakes_of(error)}") from error
