"""Errors of certificates.

``HqError``
 ├─ ``DesignMissing``, ``DesignUnusable``  the design file of a programme
 ├─ ``SigningKeyMissing``, ``SigningKeyUnusable``, ``SigningKeyThere``  the key that signs PDFs
 ├─ ``CertificatesTooEarly``  before the edition's date
 ├─ ``NobodyToCertify``       nobody has a released result without a certificate
 ├─ ``ListChanged``           the list is not what the first person saw
 ├─ ``OrderClosed``, ``OrderWaiting``  orders that are done, or wait already
 ├─ ``CertificateRevoked``, ``CertificateReissued``  certificates that no longer count
 ├─ ``PdfNotMade``            the number is given, the PDF is not made yet
 └─ ``StatementUnusable``     a text that is no statement of ours
     └─ ``StatementForged``   the signature is not valid
"""

from sync.hq.errors import HqError


class DesignMissing(HqError):
    """The programme has no design file."""

    code = "hq_design_missing"
    message = (
        "There is no design for certificates of %(programme)s. Put certificates/%(programme)s.toml"
        " into the data directory."
    )


class DesignUnusable(HqError):
    """A design file has mistakes; ``detail`` names them."""

    code = "hq_design_unusable"
    message = "The design of the certificates of %(programme)s has mistakes."


class SigningKeyMissing(HqError):
    """There is no key that signs certificates."""

    code = "hq_signing_key_missing"
    message = (
        "There is no key to sign certificates with. Create or import one with 'hq certificates"
        " key'."
    )


class SigningKeyUnusable(HqError):
    """A key or an X.509 certificate cannot be used for signing."""

    code = "hq_signing_key_unusable"
    message = "The key to sign certificates with cannot be used: %(reason)s."


class SigningKeyThere(HqError):
    """There is a key already; a new one needs a decision."""

    code = "hq_signing_key_there"
    message = "There is already a key to sign certificates with. Nothing was changed."


class CertificatesTooEarly(HqError):
    """The work plan of the edition has a later date (R12)."""

    code = "hq_certificates_too_early"
    message = "Certificates of this edition are issued from %(day)s. Nothing was changed."


class NobodyToCertify(HqError):
    """No released and passed result is without a certificate."""

    code = "hq_nobody_to_certify"
    message = "Nobody here has a released, passed result without a certificate."


class ListChanged(HqError):
    """The list of those who get a certificate changed after the first person saw it."""

    code = "hq_list_changed"
    message = (
        "The list of certificates changed after %(by)s proposed it. Withdraw the order and"
        " propose it again. Nothing was changed."
    )


class OrderClosed(HqError):
    """An order was approved or withdrawn before."""

    code = "hq_order_closed"
    message = "This order was closed before. Nothing was changed."


class OrderWaiting(HqError):
    """The same order waits for the second person."""

    code = "hq_order_waiting"
    message = "The same order already waits for a second person. Nothing was changed."


class CertificateRevoked(HqError):
    """The certificate is revoked."""

    code = "hq_certificate_revoked"
    message = "The certificate %(number)s is revoked. Nothing was changed."


class CertificateReissued(HqError):
    """Another certificate has replaced it."""

    code = "hq_certificate_reissued"
    message = "The certificate %(number)s was replaced by %(other)s. Nothing was changed."


class PdfNotMade(HqError):
    """The number is given, but the PDF is not made yet."""

    code = "hq_pdf_not_made"
    message = "The PDF of this certificate is not made yet. Make the missing PDFs first."


class StatementUnusable(HqError):
    """A text is no statement about a certificate."""

    code = "hq_statement_unusable"
    message = "This is not the text of a certificate's QR code."


class StatementForged(StatementUnusable):
    """The signature of a statement is not valid, or of an unknown key."""

    code = "hq_statement_forged"
    message = "The signature is not valid. Headquarters did not issue this."
