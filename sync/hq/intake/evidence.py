"""Evidence: pictures by their SHA-256. A centre never sends a picture again that is stored here."""

from collections.abc import Mapping
from typing import Any

from sync.hq.intake.budgets import PICTURES
from sync.hq.intake.deliveries import Arrival, DeliveryKind
from sync.wire.delivery.evidence import EvidenceHeader, open_evidence
from sync.wire.sealing.keys import KeyHolder, PublicKeys


class EvidenceKind(DeliveryKind[EvidenceHeader]):
    """What is special about pictures."""

    name = "evidence"
    daily = PICTURES

    def open(
        self, data: bytes, hq: KeyHolder, centre: PublicKeys, centre_code: str
    ) -> tuple[EvidenceHeader, str]:
        """Return the picture's header, and the SHA-256 of the picture."""
        header, _ = open_evidence(data, hq, centre, centre_code)
        return header, header.sha256

    def receipt(self, content: EvidenceHeader) -> Mapping[str, Any]:
        """Nothing: a picture is of no sitting and has no place in the event log."""
        del content
        return {}

    def columns(self, arrival: Arrival[EvidenceHeader]) -> Mapping[str, Any]:
        """Return the size of the picture itself."""
        return {"size": arrival.content.size}
