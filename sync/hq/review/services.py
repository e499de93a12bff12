"""The services of the review in one object."""

from dataclasses import dataclass
from typing import Self

from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.review.attempt_facts import Attempts
from sync.hq.review.bans import Bans
from sync.hq.review.bulk import BulkReview
from sync.hq.review.cases import Cases
from sync.hq.review.collect import Collector
from sync.hq.review.decisions import Decisions
from sync.hq.review.documents import Documents
from sync.hq.review.handed_pictures import HandedOver
from sync.hq.review.incidents import Incidents
from sync.hq.review.letters import CaseLetters
from sync.hq.review.progress import ReviewProgress
from sync.hq.review.reasons import Reasons, load_reasons


@dataclass(frozen=True)
class Review:
    """Incidents, cases, their documents and letters, and the register of bans."""

    reasons: Reasons
    collector: Collector
    incidents: Incidents
    bulk: BulkReview
    attempts: Attempts
    handed_over: HandedOver
    cases: Cases
    decisions: Decisions
    documents: Documents
    letters: CaseLetters
    bans: Bans
    progress: ReviewProgress

    @classmethod
    def of(cls, context: HqContext, centres: Centres) -> Self:
        """Put the services together.

        Raises:
            SettingsError: the file of reasons is not valid.
        """
        reasons = load_reasons(context.settings.review.reasons)
        documents = Documents(context)
        return cls(
            reasons=reasons,
            collector=Collector(context),
            incidents=Incidents(context, reasons),
            bulk=BulkReview(context, reasons),
            attempts=Attempts(context, centres),
            handed_over=HandedOver(context, centres),
            cases=Cases(context, documents),
            decisions=Decisions(context, reasons, documents),
            documents=documents,
            letters=CaseLetters(context, reasons, documents),
            bans=Bans(context),
            progress=ReviewProgress(context),
        )
