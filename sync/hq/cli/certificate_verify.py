"""``hq certificates verify``: on any machine, without headquarters' data and without a network."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from kiosk.system import SystemClock
from sync.hq.certificates.errors import StatementForged
from sync.hq.certificates.numbers import shown
from sync.hq.certificates.revocations import RevocationList, read_list
from sync.hq.certificates.tokens import Jwk, read_jwks
from sync.hq.certificates.verification import FORGED, Verdict, judge_offline
from sync.hq.cli.common import echo_json, json_option

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_LONGEST_NAME = 255


@click.command()
@click.argument("text")
@click.option("--keys", "keys_file", type=_FILE, required=True, help="From /verify/keys.json.")
@click.option("--revocations", "list_file", type=_FILE, help="From /verify/revocations.json.")
@click.option("--certificate", type=_FILE, help="From /verify/certificate.pem; for PDF files.")
@json_option
@report_errors
def verify(
    text: str, keys_file: Path, list_file: Path | None, certificate: Path | None, as_json: bool
) -> None:
    """Verify TEXT: what a QR code says, or the name of a text file or PDF.

    Only the files named here are read, and nothing is asked of a network. Without a revocation
    list nobody can say whether the certificate was revoked. Exit code 1 unless it is valid.
    """
    keys = read_jwks(keys_file.read_text(encoding="utf-8"))
    revoked = read_list(list_file.read_bytes(), keys) if list_file else None
    sound = True
    if len(text) <= _LONGEST_NAME and (path := Path(text)).is_file():
        content = path.read_bytes()
        if content.startswith(b"%PDF"):
            text, sound = _pdf(content, certificate)
        else:
            text = content.decode("utf-8", "replace")
    verdict = _judged(text, keys, revoked)
    if as_json:
        echo_json(_plain(verdict) | {"pdf_intact": sound})
    else:
        for line in _lines(verdict):
            click.echo(line)
    sys.exit(0 if sound and verdict.state == "valid" else 1)


def _judged(text: str, keys: Sequence[Jwk], revoked: RevocationList | None) -> Verdict:
    try:
        return judge_offline(text, keys, SystemClock().now().astimezone().date(), revoked)
    except StatementForged:
        return Verdict(FORGED)


def _pdf(pdf: bytes, certificate: Path | None) -> tuple[str, bool]:
    """Check the PDF's own signature; return the text of its QR code, and whether it is sound."""
    # Here: it takes half a second, which texts do not have to wait.
    from sync.hq.certificates.pdf_checking import address_in, check_pdf

    if certificate is None:
        raise click.UsageError("A PDF needs --certificate, the issuer's X.509 certificate.")
    checked = check_pdf(pdf, certificate.read_bytes())
    click.echo(f"PDF: {'unchanged' if checked.intact else 'CHANGED AFTER IT WAS SIGNED'}", err=True)
    trusted = "" if checked.trusted else ", NOT by the given certificate"
    click.echo(f"signed by {checked.signer}{trusted}", err=True)
    return address_in(pdf), checked.intact and checked.trusted


def _plain(verdict: Verdict) -> dict[str, object]:
    said = vars(verdict.statement) if verdict.statement else {}
    about = {**vars(verdict), **said}
    about.pop("statement")
    return about


def _lines(verdict: Verdict) -> list[str]:
    lines = [verdict.state.upper()]
    if verdict.statement is not None:
        said = verdict.statement
        until = said.until or "unlimited"
        lines += [said.name, said.title, shown(said.number), f"{said.issued_on} to {until}"]
    if verdict.since is not None:
        lines.append(f"not valid since {verdict.since:%Y-%m-%d} ({verdict.reason})")
    if verdict.list_at is not None:
        lines.append(
            f"by revocation list {verdict.list_number} of {verdict.list_at:%Y-%m-%d %H:%M}"
        )
    elif verdict.statement is not None:
        lines.append("without a revocation list: nobody can say whether it was revoked")
    return lines
