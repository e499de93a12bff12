"""Errors of the sync agent.

``AgentError``
 ├─ ``HqUnreachable``   no answer, or none that HQ would give: try the whole round later
 │   └─ ``HqInTrouble``  HQ answers that its disk is full, or that its storage is away
 ├─ ``HqAnswerInvalid``  HQ, or what answers in its place, sent what it would never send
 ├─ ``ObjectDamaged``   HQ sent other bytes than it announced: go on with the others
 └─ ``HqRefused``       HQ answered that it does not take this: go on with the others
"""

from kiosk.exam.errors import ExamError
from kiosk.store.centre.outbox import REFUSED_BY_HQ


class AgentError(ExamError):
    """Base of the agent's errors."""

    code = "agent_error"


class HqUnreachable(AgentError):
    """Headquarters could not be reached, or broke off."""

    code = "hq_unreachable"
    message = "Headquarters cannot be reached (%(cause)s)."


class HqInTrouble(HqUnreachable):
    """Headquarters answers, but can store nothing now; ``reason`` is the code it gave."""

    code = "hq_in_trouble"
    message = "Headquarters answers, but can store nothing now (%(reason)s)."


class HqAnswerInvalid(AgentError):
    """A successful reply that is not headquarters' answer to what was asked."""

    code = "hq_answer_invalid"
    message = "The answer does not come from headquarters, or is damaged."


class HqRefused(AgentError):
    """Headquarters refused one request; ``reason`` is the code it gave, or none."""

    code = REFUSED_BY_HQ
    message = "Headquarters refused (%(status)s, %(reason)s)."


class ObjectDamaged(AgentError):
    """An object does not have the digest that the inbox announced."""

    code = "object_damaged"
    message = "An object arrived damaged."
