"""Signatures of PDFs: PAdES baseline B-B by pyHanko; nothing is asked of a network."""

import io

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from sync.hq.certificates.signing import SigningKey

FIELD = "Issuer"
_ROOM = 2048
"""For the parts of a signature beside its certificates: attributes and at most 8192 bits of RSA."""


class PdfSigning:
    """Signs PDFs with one key."""

    def __init__(self, key: SigningKey) -> None:
        chain = [Certificate.load(link.public_bytes(Encoding.DER)) for link in key.chain]
        # Otherwise pyHanko signs twice, at first only to see how long a signature is.
        sizes = [len(link.dump()) for link in chain]
        self._reserved = 2 * (sum(sizes) + max(sizes) + _ROOM)
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(chain)
        self._signer = SimpleSigner(
            signing_cert=chain[0],
            signing_key=PrivateKeyInfo.load(key.pkcs8),
            cert_registry=store,
        )

    def sign(self, pdf: bytes, reason: str) -> bytes:
        """Return the signed PDF: the same pages, and a signature over all of it."""
        metadata = PdfSignatureMetadata(
            field_name=FIELD, reason=reason, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        signer = PdfSigner(metadata, self._signer, new_field_spec=SigFieldSpec(FIELD))
        output = io.BytesIO()
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        signer.sign_pdf(writer, output=output, bytes_reserved=self._reserved)
        return output.getvalue()
