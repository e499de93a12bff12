"""Rules for papers that have only some parts of an examination."""

from collections.abc import Collection

from kiosk.exam.programme.blueprint import Examination
from kiosk.exam.programme.programme import Programme
from sync.hq.errors import PartMinutesMissing, PartsTogether, PartTimesUnfit, PartUnknown


def parts_alone(
    programme: Programme, whole: Examination, parts: Collection[str], minutes: int | None
) -> Examination:
    """Return the examination of these parts; ``whole`` itself where none or all are named.

    Raises:
        PartUnknown: it has no such part.
        PartsTogether: the programme does not let parts be sat separately.
        PartMinutesMissing: neither the programme nor ``minutes`` says how long the parts last.
        PartTimesUnfit: a time rule of the programme is longer than the paper.
    """
    try:
        chosen = whole.of_parts(parts)
    except KeyError as error:
        known = ", ".join(part.id for part in whole.parts)
        raise PartUnknown(part=str(error.args[0])[:64], known=known) from error
    if chosen is whole:
        return whole
    if programme.separate_parts is None:
        raise PartsTogether(programme=programme.id)
    _check_times(programme, chosen, minutes)
    return chosen


def _check_times(programme: Programme, chosen: Examination, minutes: int | None) -> None:
    timed = chosen
    if chosen.parts[0].minutes is None:
        if minutes is None:
            raise PartMinutesMissing(parts=", ".join(part.id for part in chosen.parts))
        timed = chosen.model_copy(update={"duration_minutes": minutes})
    try:
        timed.check_times(programme.time)
    except ValueError as error:
        raise PartTimesUnfit(reason=str(error)) from error
