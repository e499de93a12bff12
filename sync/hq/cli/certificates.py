"""``hq certificates``: the register, the PDFs, and verification without a database (R7)."""

from dataclasses import asdict
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from kiosk.durable import write_durably
from kiosk.exam.errors import ExamError
from kiosk.system import entropy
from sync.hq.certificates.measuring import measure
from sync.hq.certificates.numbers import shown
from sync.hq.certificates.register import CertificateView
from sync.hq.cli.certificate_keys import key
from sync.hq.cli.certificate_verify import verify
from sync.hq.cli.common import data_option, echo_json, json_option, opened, progress_bar
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.services import HqServices
from sync.hq.web.offline_page import offline_page

EVERYTHING = Scope(frozenset({Grant(Role.PUBLISHER)}))
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.group()
def certificates() -> None:
    """Certificates: keys, PDFs, revocation list, verification.

    Certificates are issued and revoked by two people at the console.
    """


certificates.add_command(key)
certificates.add_command(verify)


@certificates.command(name="list")
@data_option
@click.option("--words", default="", help="A number, the beginning of a name, or a document.")
@click.option("--sitting", default="")
@click.option("--page", default=1, type=click.IntRange(1), show_default=True)
@json_option
@report_errors
def list_(data: Path, words: str, sitting: str, page: int, as_json: bool) -> None:
    """List certificates, the newest first, 200 on a page."""
    with opened(data) as hq:
        today = hq.certificates.sources.local_day(hq.clock.now())
        found = hq.certificates.register.page(EVERYTHING, page, words, sitting, size=200)
    if as_json:
        entries = [{**_entry(view), "state": view.state(today)} for view in found.certificates]
        echo_json({"total": found.total, "certificates": entries})
        return
    for view in found.certificates:
        until = view.valid_until or "unlimited"
        pdf = "" if view.made else "  no PDF yet"
        click.echo(f"{shown(view.number)}  {view.state(today)}  {until}  {view.name}{pdf}")
    click.echo(f"{found.total} certificates", err=True)


@certificates.command(name="make")
@data_option
@report_errors
def make(data: Path) -> None:
    """Make and sign the PDFs that are missing; numbers and dates stay as they are."""
    with opened(data) as hq, progress_bar("Making PDFs") as progress:
        made = hq.certificates.making.make(progress)
    click.echo(f"{made} PDFs made")


@certificates.command(name="pdf")
@data_option
@click.argument("number")
@click.option("--out", type=_OUT, required=True)
@report_errors
def pdf(data: Path, number: str, out: Path) -> None:
    """Write the signed PDF of a certificate."""
    with opened(data) as hq:
        document = hq.certificates.register.pdf(number)
    write_durably(out, document)


@certificates.command(name="badge")
@data_option
@click.argument("number")
@report_errors
def badge(data: Path, number: str) -> None:
    """Print a certificate as a signed Open Badge (JWT)."""
    with opened(data) as hq:
        click.echo(hq.certificates.credentials.jwt(number))


@certificates.command(name="revocations")
@data_option
@click.option("--out", type=_OUT, required=True)
@report_errors
def revocations(data: Path, out: Path) -> None:
    """Write the signed list of certificates that no longer count."""
    with opened(data) as hq:
        write_durably(out, hq.certificates.revocations.signed())


@certificates.command(name="public-keys")
@data_option
@report_errors
def public_keys(data: Path) -> None:
    """Print the keys that verify QR codes and Open Badges (JWKS), for `verify --keys`."""
    with opened(data) as hq:
        echo_json({"keys": list(hq.certificates.sources.jwks)})


@certificates.command(name="page")
@data_option
@click.option("--out", type=_OUT, required=True)
@report_errors
def page(data: Path, out: Path) -> None:
    """Write the page that verifies QR codes without a network, with the keys in it."""
    with opened(data) as hq:
        write_durably(out, offline_page(hq.certificates.sources.jwks))


@certificates.command(name="designs")
@data_option
@report_errors
def designs(data: Path) -> None:
    """Check the design of each programme's certificates, and name its mistakes."""
    with opened(data) as hq:
        for programme in hq.programmes.list():
            click.echo(f"{programme.id}: {_design(hq, programme.id)}")


@certificates.command(name="measure")
@click.option("--count", default=200, type=click.IntRange(20, 100_000), show_default=True)
@json_option
@report_errors
def measure_(count: int, as_json: bool) -> None:
    """Measure how fast this machine makes and signs PDFs; nothing is stored."""
    with progress_bar("Making PDFs") as progress:
        seconds = measure(count, entropy, progress)
    if as_json:
        echo_json({"count": count, "seconds": round(seconds, 1)})
    else:
        whole = seconds / count * 5000 / 60
        click.echo(f"{count} in {seconds:.1f} s; 5,000 take {whole:.1f} minutes")


def _design(hq: HqServices, programme_id: str) -> str:
    try:
        design = hq.certificates.sources.design(programme_id)
    except ExamError as error:
        return str(error)
    years = design.validity.years
    valid = f"{years} years" if years else "unlimited"
    return f"{design.title.zh}, {design.issuer.zh}, {design.number.prefix}, {valid}"


def _entry(view: CertificateView) -> dict[str, object]:
    return {**asdict(view), "number": shown(view.number)}
