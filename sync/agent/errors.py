"""Errors of the sync agent.

``AgentError``
 ├─ ``HqUnreachable``   no answer, or none that HQ would give: retry the whole round later
 │   └─ ``HqInTrouble``  HQ answers that its disk is full, or its storage unavailable
 ├─ ``ObjectDamaged``   HQ sent other bytes than it announced: continue with the others
 └─ ``HqRefused``       HQ does not accept this item: continue with the others
"""

from kiosk.exam.errors import ExamError
from kiosk.store.centre.outbox import REFUSED_BY_HQ


class AgentError(ExamError):
    """Base of the agent's errors."""

    code = "agent_error"


class HqUnreachable(AgentError):
    """Headquarters could not be reached, or the connection broke."""

    code = "hq_unreachable"
    message = "Headquarters cannot be reached (%(cause)s)."


class HqInTrouble(HqUnreachable):
    """Headquarters answers but cannot store anything now; ``reason`` is its error code."""

    code = "hq_in_trouble"
    message = "Headquarters answers, but can store nothing now (%(reason)s)."


class HqAnswerInvalid(AgentError):
    """A successful reply that is not headquarters' answer to what was asked."""

    code = "hq_answer_invalid"
    message = "The answer does not come from headquarters, or is damaged."


class HqRefused(AgentError):
    """Headquarters refused one request."""

    code = REFUSED_BY_HQ
    message = "Headquarters refused (%(status)s, %(reason)s)."


class ObjectDamaged(AgentError):
    """An object does not have the digest that the inbox announced."""

    code = "object_damaged"
    message = "An object arrived damaged."
