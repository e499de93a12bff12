"""The key that signs PDFs: X.509, in two files of the keys folder, never in the database.

``certificates.key`` (PKCS #8, mode 0600) and ``certificates.pem`` (the certificate, then those of
its authorities).
"""

import stat
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.durable import write_durably
from kiosk.exam.ports import Entropy
from sync.hq.certificates.errors import SigningKeyMissing, SigningKeyThere, SigningKeyUnusable

KEY_FILE, CERTIFICATE_FILE = "certificates.key", "certificates.pem"
YEARS = 10
_LEEWAY = timedelta(days=1)
"""A machine whose clock is a little behind must not find the certificate not yet valid."""
_SMALLEST_RSA = 2048
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""RFC 9336."""

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class SigningKey:
    """A private key and its certificate, then those of its authorities."""

    private: Private = field(repr=False)
    chain: tuple[x509.Certificate, ...]

    @classmethod
    def load(cls, folder: Path) -> "SigningKey":
        """Read both files.

        Raises:
            SigningKeyMissing: there is none.
            SigningKeyUnusable: a file is damaged, readable by others, or does not fit the other.
        """
        key_file, certificate_file = folder / KEY_FILE, folder / CERTIFICATE_FILE
        if not key_file.is_file() or not certificate_file.is_file():
            raise SigningKeyMissing
        if stat.S_IMODE(key_file.stat().st_mode) & 0o077:
            raise SigningKeyUnusable(reason=f"{key_file} must have mode 0600")
        try:
            key = serialization.load_pem_private_key(key_file.read_bytes(), None)
            chain = tuple(x509.load_pem_x509_certificates(certificate_file.read_bytes()))
        except (ValueError, TypeError, OSError) as error:
            raise SigningKeyUnusable(reason=str(error)) from error
        return cls(_checked(key, chain[0]), chain)

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate by which PDFs are verified."""
        return self.chain[0]

    @property
    def pkcs8(self) -> bytes:
        """The private key, unencrypted."""
        return self.private.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate in hexadecimal, as PDF readers show it."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    def check(self, now: datetime) -> None:
        """Require that the certificate is valid now.

        Raises:
            SigningKeyUnusable: it is not yet valid, or has expired.
        """
        valid = self.certificate
        if not valid.not_valid_before_utc <= now <= valid.not_valid_after_utc:
            raise SigningKeyUnusable(
                reason=f"its certificate is valid from {valid.not_valid_before_utc:%Y-%m-%d}"
                f" to {valid.not_valid_after_utc:%Y-%m-%d}"
            )


def create(folder: Path, issuer: str, now: datetime, entropy: Entropy) -> SigningKey:
    """Create an ECDSA P-256 key with a certificate of its own, and store both.

    Raises:
        SigningKeyThere: there is one already.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    purposes = [_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(entropy(19), "big") or 1)
        .not_valid_before(now - _LEEWAY)
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .sign(key, hashes.SHA256())
    )
    _store(folder, key, (certificate,), replace=False)
    return SigningKey.load(folder)


def import_pkcs12(
    folder: Path, data: bytes, password: bytes | None, *, replace: bool
) -> SigningKey:
    """Store the key and the certificates of a PKCS #12 file from an authority.

    Raises:
        SigningKeyUnusable: the password is wrong, or the file has no usable key and certificate.
        SigningKeyThere: there is a key already, and it is not to be replaced.
    """
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, password)
    except ValueError as error:
        raise SigningKeyUnusable(reason="the file is damaged or the password wrong") from error
    if key is None or certificate is None:
        raise SigningKeyUnusable(reason="the file has no key with its certificate")
    chain = (certificate, *others)
    _store(folder, _checked(key, certificate), chain, replace=replace)
    return SigningKey.load(folder)


def _checked(key: object, certificate: x509.Certificate) -> Private:
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < _SMALLEST_RSA:
            raise SigningKeyUnusable(reason=f"RSA keys need at least {_SMALLEST_RSA} bits")
    elif not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SigningKeyUnusable(reason="only RSA and ECDSA keys sign PDFs that all readers check")
    if _public(key.public_key()) != _public(certificate.public_key()):
        raise SigningKeyUnusable(reason="the certificate belongs to another key")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return key
    if not usage.digital_signature and not usage.content_commitment:
        raise SigningKeyUnusable(reason="the certificate may not be used for signatures")
    return key


def _store(
    folder: Path, key: Private, chain: tuple[x509.Certificate, ...], *, replace: bool
) -> None:
    if (folder / KEY_FILE).exists() and not replace:
        raise SigningKeyThere
    pem = [link.public_bytes(serialization.Encoding.PEM) for link in chain]
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    if replace:
        _retire(folder)
    write_durably(folder / CERTIFICATE_FILE, b"".join(pem))
    write_durably(folder / KEY_FILE, private)


def _retire(folder: Path) -> None:
    """Keep a replaced certificate, by which old PDFs are still checked; its key is deleted."""
    old = folder / CERTIFICATE_FILE
    if old.exists():
        certificate = x509.load_pem_x509_certificates(old.read_bytes())[0]
        name = certificate.fingerprint(hashes.SHA256()).hex()[:16]
        old.replace(folder / f"certificates-{name}.pem")
    (folder / KEY_FILE).unlink(missing_ok=True)


def _public(key: object) -> bytes:
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return b""
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
