"""All services of certificates over one data directory."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sync.hq.certificates.credentials import Credentials
from sync.hq.certificates.issuing import Reissues
from sync.hq.certificates.making import CertificateMaking
from sync.hq.certificates.orders import CertificateOrders
from sync.hq.certificates.register import CertificateRegister
from sync.hq.certificates.released import PublishedReleases
from sync.hq.certificates.revocations import Revocations
from sync.hq.certificates.sources import Sources
from sync.hq.certificates.verification import Verification
from sync.hq.context import HqContext


@dataclass(frozen=True)
class CertificateServices:
    """What the console, the public pages and the commands use."""

    sources: Sources
    register: CertificateRegister
    orders: CertificateOrders
    reissues: Reissues
    making: CertificateMaking
    revocations: Revocations
    verification: Verification
    credentials: Credentials

    @classmethod
    def compose(cls, context: HqContext, data: Path) -> Self:
        """Return the services for what release has published."""
        return cls.over(Sources(context, data, PublishedReleases(context)))

    @classmethod
    def over(cls, sources: Sources) -> Self:
        """Return the services of these sources."""
        return cls(
            sources=sources,
            register=CertificateRegister(sources),
            orders=CertificateOrders(sources),
            reissues=Reissues(sources),
            making=CertificateMaking(sources),
            revocations=Revocations(sources),
            verification=Verification(sources),
            credentials=Credentials(sources),
        )
