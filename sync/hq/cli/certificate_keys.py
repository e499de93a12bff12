"""``hq certificates key``: the key that signs PDFs."""

from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from kiosk.system import entropy
from sync.hq.certificates import signing
from sync.hq.certificates.signing import SigningKey
from sync.hq.cli.common import data_option, opened


@click.group()
def key() -> None:
    """The key that signs PDFs: two files in the keys folder, never in the database."""


@key.command(name="create")
@data_option
@click.option("--issuer", required=True, help="The name that PDF readers show.")
@report_errors
def create(data: Path, issuer: str) -> None:
    """Create an ECDSA P-256 key with a certificate that it signs itself.

    Readers of PDFs show such signatures as intact and their signer as unknown, until somebody
    trusts the certificate. For a signer that readers know, import a key from an authority.
    """
    with opened(data) as hq:
        folder = hq.certificates.sources.keys_folder
        made = signing.create(folder, issuer, hq.clock.now(), entropy)
    _show(made)


@key.command(name="import")
@data_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace the key that is there.")
@click.password_option("--password", confirmation_prompt=False)
@report_errors
def import_(data: Path, file: Path, replace: bool, password: str) -> None:
    """Import a key with its certificates from a PKCS #12 file (.p12, .pfx).

    A replaced certificate stays in the folder, because old PDFs are verified by it.
    """
    with opened(data) as hq:
        folder = hq.certificates.sources.keys_folder
        secret = password.encode() or None
        made = signing.import_pkcs12(folder, file.read_bytes(), secret, replace=replace)
    _show(made)


@key.command(name="show")
@data_option
@report_errors
def show(data: Path) -> None:
    """Show the certificate that signs PDFs: name, validity, fingerprint."""
    with opened(data) as hq:
        _show(hq.certificates.sources.signing_key())


def _show(found: SigningKey) -> None:
    valid = found.certificate
    click.echo(f"{valid.subject.rfc4514_string()}")
    click.echo(
        f"valid {valid.not_valid_before_utc:%Y-%m-%d} to {valid.not_valid_after_utc:%Y-%m-%d}"
    )
    click.echo(f"SHA-256 {found.fingerprint}")
