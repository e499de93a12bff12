"""Verification of a certificate's PDF without a network: the signature, and the statement in it."""

import io
import re
from dataclasses import dataclass
from datetime import datetime

from asn1crypto.pem import unarmor
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from sync.hq.certificates.errors import StatementUnusable

_ADDRESS = re.compile(rb"/URI \((https://[^()\s]+/verify#[A-Za-z0-9_.-]+)\)")


@dataclass(frozen=True)
class PdfChecked:
    """``intact``: the whole file is signed and unchanged; ``trusted``: by the given certificate."""

    intact: bool
    trusted: bool
    signer: str
    fingerprint: str
    signed_at: datetime | None


def check_pdf(pdf: bytes, trusted_pem: bytes) -> PdfChecked:
    """Check the signature of a PDF.

    Raises:
        StatementUnusable: it is no PDF with one signature, or the certificate cannot be read.
    """
    try:
        roots = [Certificate.load(der) for _, _, der in unarmor(trusted_pem, multiple=True)]
        (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        context = ValidationContext(trust_roots=roots, allow_fetching=False)
        status = validate_pdf_signature(signature, context)
    except (PdfError, SigningError, SignatureValidationError, ValueError, TypeError) as error:
        raise StatementUnusable("no PDF with one signature") from error
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    certificate = status.signing_cert
    return PdfChecked(
        intact=status.intact and status.valid and whole,
        trusted=status.trusted,
        signer=certificate.subject.human_friendly,
        fingerprint=certificate.sha256.hex(),
        signed_at=status.signer_reported_dt,
    )


def address_in(pdf: bytes) -> str:
    """Return the address that the QR code's place links to.

    Raises:
        StatementUnusable: there is none; the QR code itself has to be scanned.
    """
    found = _ADDRESS.search(pdf)
    if found is None:
        raise StatementUnusable("the PDF has no link to the page of verification")
    return found[1].decode("ascii")
