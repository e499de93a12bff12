"""Messages of errors about certificates in the reader's language."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

CERTIFICATE_MESSAGES: dict[str, LazyString] = {
    "hq_design_missing": _l("There is no design for certificates of %(programme)s."),
    "hq_design_unusable": _l(
        "The design of the certificates of %(programme)s has mistakes. The command hq certificates"
        " designs names them."
    ),
    "hq_signing_key_missing": _l(
        "There is no key to sign certificates with. An administrator creates one with hq"
        " certificates key create."
    ),
    "hq_signing_key_unusable": _l("The key to sign certificates with cannot be used: %(reason)s."),
    "hq_signing_key_there": _l(
        "There is already a key to sign certificates with. Nothing was changed."
    ),
    "hq_certificates_too_early": _l(
        "Certificates of this edition are issued from %(day)s. Nothing was changed."
    ),
    "hq_nobody_to_certify": _l("Nobody here has a released, passed result without a certificate."),
    "hq_list_changed": _l(
        "The list of certificates changed after %(by)s proposed it. Withdraw the order and"
        " propose it again. Nothing was changed."
    ),
    "hq_order_closed": _l("This order was closed before. Nothing was changed."),
    "hq_order_waiting": _l(
        "The same order already waits for a second person. Nothing was changed."
    ),
    "hq_certificate_revoked": _l("The certificate %(number)s is revoked. Nothing was changed."),
    "hq_certificate_reissued": _l(
        "The certificate %(number)s was replaced by %(other)s. Nothing was changed."
    ),
    "hq_pdf_not_made": _l(
        "The PDF of this certificate is not made yet. Make the missing PDFs first."
    ),
    "hq_statement_unusable": _l("This is not the text of a certificate's QR code."),
    "hq_statement_forged": _l("The signature is not valid: we did not issue this."),
}
