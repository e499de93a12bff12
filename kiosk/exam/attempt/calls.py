"""A candidate's call for the invigilator: what for, and how far it is."""

from enum import StrEnum


class CallReason(StrEnum):
    """What a candidate needs the invigilator for."""

    QUESTION = "question"
    TECHNICAL = "technical"
    UNWELL = "unwell"
    TOILET = "toilet"
    OTHER = "other"


URGENT = frozenset({CallReason.UNWELL})
"""Reasons for which somebody has to go at once."""


class CallState(StrEnum):
    """How far a call is; the last two are its end."""

    WAITING = "waiting"
    COMING = "coming"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
