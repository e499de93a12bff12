"""Enrolment: a centre sends its public keys, headquarters answers with a certificate.

Both are signed documents: the request by the centre's own new key (which proves possession), the
certificate by headquarters. Staff compare the fingerprint over the telephone.
"""

from datetime import datetime
from typing import Literal

from pydantic import Field

from sync.wire.errors import BadSignature, OutOfWindow, WrongCentre
from sync.wire.model import CentreCode, Utc, WireModel, from_value
from sync.wire.sealing import document
from sync.wire.sealing.keys import KeyHolder, KeyPair, PublicKeys, Verifier

REQUEST_FORMAT: Literal["enrolment-request/1"] = "enrolment-request/1"
CERTIFICATE_FORMAT: Literal["centre-certificate/1"] = "centre-certificate/1"


class Keys(WireModel):
    """Public keys inside a document, as base64."""

    signing: str = Field(max_length=64)
    box: str = Field(max_length=64)

    @property
    def public(self) -> PublicKeys:
        """The keys themselves.

        Raises:
            KeysUnusable: they are not valid keys.
        """
        return PublicKeys.from_dict({"signing": self.signing, "box": self.box})

    @classmethod
    def of(cls, keys: PublicKeys) -> "Keys":
        return cls(**keys.to_dict())


class EnrolmentRequest(WireModel):
    """What a centre sends to be enrolled."""

    format: Literal["enrolment-request/1"] = REQUEST_FORMAT
    centre_code: CentreCode
    name: str = Field(min_length=1, max_length=200)
    keys: Keys
    created: Utc


class CentreCertificate(WireModel):
    """Headquarters' statement that these keys are this centre's, with headquarters' own keys."""

    format: Literal["centre-certificate/1"] = CERTIFICATE_FORMAT
    centre_code: CentreCode
    name: str = Field(min_length=1, max_length=200)
    centre_keys: Keys
    hq_keys: Keys
    not_before: Utc
    not_after: Utc

    def require_valid(self, now: datetime, centre_code: str) -> None:
        """Check that the certificate is this centre's and valid at ``now``.

        Raises:
            WrongCentre: it is another centre's.
            OutOfWindow: it is not valid yet, or no longer.
        """
        if self.centre_code != centre_code:
            raise WrongCentre(found=self.centre_code, expected=centre_code)
        if not self.not_before <= now <= self.not_after:
            raise OutOfWindow(not_before=self.not_before, not_after=self.not_after)


def make_request(centre_code: str, name: str, keys: KeyPair, now: datetime) -> bytes:
    """Return a signed enrolment request."""
    own = Keys.of(keys.public)
    return document.sign(
        EnrolmentRequest(centre_code=centre_code, name=name, keys=own, created=now), keys
    )


def read_request(data: bytes) -> EnrolmentRequest:
    """Check a request against the key that it contains.

    Raises:
        WireError: the subclass for the first check that fails.
    """
    claimed = from_value(EnrolmentRequest, document.peek(data), REQUEST_FORMAT, BadSignature)
    keys = claimed.keys.public
    return document.read(EnrolmentRequest, data, keys, REQUEST_FORMAT, BadSignature)


def make_certificate(
    request: EnrolmentRequest, hq: KeyHolder, not_before: datetime, not_after: datetime
) -> bytes:
    """Return headquarters' signed answer to ``request``."""
    certificate = CentreCertificate(
        centre_code=request.centre_code,
        name=request.name,
        centre_keys=request.keys,
        hq_keys=Keys.of(hq.public),
        not_before=not_before,
        not_after=not_after,
    )
    return document.sign(certificate, hq)


def certify_again(data: bytes, hq: KeyHolder) -> bytes:
    """Return headquarters' own certificate ``data`` with its present keys, signed by them."""
    certificate = from_value(
        CentreCertificate, document.peek(data), CERTIFICATE_FORMAT, BadSignature
    )
    own = Keys.of(hq.public)
    return document.sign(certificate.model_copy(update={"hq_keys": own}), hq)


def read_certificate(data: bytes, hq: Verifier | None = None) -> CentreCertificate:
    """Check a certificate against headquarters' known keys.

    Without ``hq`` it is checked against the keys in the certificate itself. That is correct
    only for the first certificate of a centre, whose fingerprint staff have compared.
    """
    claimed = from_value(CentreCertificate, document.peek(data), CERTIFICATE_FORMAT, BadSignature)
    keys = hq or claimed.hq_keys.public
    return document.read(CentreCertificate, data, keys, CERTIFICATE_FORMAT, BadSignature)
