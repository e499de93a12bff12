"""Choice questions of Moodle: which options are right, by their shares of the points in percent."""

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.exam.items.item import ItemType
from sync.hq.authoring.interchange.notes import Notes, Unsupported

_LEAST_OF_ALL, _MOST_OF_ALL = 99.0, 101.0
"""Shares are rounded, so those of several right options add up to about 100."""
_MOST_OPTIONS = 200


def check_number(options: int) -> None:
    """Check that there are not more options than any question has.

    Raises:
        Unsupported: there are.
    """
    if options > _MOST_OPTIONS:
        raise Unsupported("question with over %(limit)s options", limit=_MOST_OPTIONS)


def option_id(number: int) -> str:
    """Return the id of an option by its place: A to Z, then numbers."""
    return chr(ord("A") + number) if number < 26 else str(number + 1)


def read_shares(
    shares: Sequence[float], notes: Notes, *, single: bool, own: bool = False
) -> Mapping[str, Any]:
    """Return type and key of a choice question, and note what its shares say besides.

    ``single``: only one option can be ticked. ``own``: whether this product wrote the question.
    """
    return _single(shares, notes) if single else _several(shares, notes, own=own)


def _single(shares: Sequence[float], notes: Notes) -> Mapping[str, Any]:
    key = [option_id(number) for number, share in enumerate(shares) if share >= _LEAST_OF_ALL]
    if len(key) > 1:
        notes.lost("several right options of which one is enough", "key")
    for number, share in enumerate(shares):
        if 0 < share < _LEAST_OF_ALL:
            _note_share(number, share, notes)
    _note_minus(shares, notes)
    return {"type": ItemType.SINGLE_CHOICE.value, "key": key}


def _several(shares: Sequence[float], notes: Notes, *, own: bool) -> Mapping[str, Any]:
    right = [share for share in shares if share > 0]
    key = [option_id(number) for number, share in enumerate(shares) if share > 0]
    wrong = [share for share in shares if share <= 0]
    # We write them so that ticking everything earns nothing.
    if not own or any(abs(share + 100 / len(wrong)) > 1 for share in wrong):
        _note_minus(wrong, notes)
    if len(right) < 2:
        notes.note("one_right", "key")
        return {"type": ItemType.SINGLE_CHOICE.value, "key": key}
    if sum(right) > _MOST_OF_ALL:
        notes.lost("several right options of which one is enough", "key")
    elif sum(right) < _LEAST_OF_ALL:
        notes.dropped("shares that do not add up to 100 %%", "key")
    if max(right) - min(right) > 1:
        for number, share in enumerate(shares):
            if share > 0:
                _note_share(number, share, notes)
    return {"type": ItemType.MULTIPLE_CHOICE.value, "key": key}


def _note_share(number: int, share: float, notes: Notes) -> None:
    option = option_id(number)
    notes.dropped("%(share)s %% for %(option)s", "key", share=f"{share:g}", option=option)


def _note_minus(shares: Sequence[float], notes: Notes) -> None:
    if min(shares, default=0) < 0:
        notes.dropped("minus points for single options", "key")
