"""``hq centres``: enrolment requests, enrolled centres and their status."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kiosk.command_line.common import report_errors
from kiosk.command_line.names import DELIVERIES
from sync.hq.centres.enrolment import PendingRequest
from sync.hq.centres.rooms import MOST_IN_A_ROW, MOST_SEATS, Room
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened
from sync.hq.errors import NotFound
from sync.hq.intake.centre_status import CentreStatus, centre_statuses, finding_text
from sync.hq.intake.deletions import DeletionView
from sync.hq.intake.event_logs import Finding
from sync.hq.services import HqServices
from sync.wire.sealing.certificate import read_request

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def centres() -> None:
    """Enrol centres: show a request, compare its fingerprint, approve it."""


@centres.command(name="request")
@click.argument("request_file", type=FILE)
@json_option
@report_errors
def centres_request(request_file: Path, as_json: bool) -> None:
    """Show an enrolment request without enrolling the centre."""
    asked = read_request(request_file.read_bytes())
    shown = {
        "centre_code": asked.centre_code,
        "name": asked.name,
        "fingerprint": asked.keys.public.fingerprint,
    }
    if as_json:
        echo_json(shown)
    else:
        click.echo("\n".join(f"{key}: {value}" for key, value in shown.items()))


@centres.command(name="requests")
@data_option
@json_option
@report_errors
def centres_requests(data: Path, as_json: bool) -> None:
    """List requests that came by network and wait for a decision, oldest first."""
    with opened(data) as hq:
        found = hq.enrolment.pending()
    if as_json:
        echo_json([vars(one) for one in found])
        return
    for one in found:
        asked = f"{one.asked_at.isoformat()}  from {one.remote or '-'}"
        click.echo(f"{one.fingerprint}  {one.centre_code}  {one.name}  {asked}")


@centres.command(name="approve")
@data_option
@click.argument("request")
@click.option("--out", type=NEW_FILE, help="File for the certificate  [of a file: CODE.json]")
@click.option("--yes", is_flag=True, help="The fingerprint has already been compared.")
@click.option(
    "--revoke-old", is_flag=True, help="Reject everything signed with the centre's old keys."
)
@report_errors
def centres_approve(
    data: Path, request: str, out: Path | None, yes: bool, revoke_old: bool
) -> None:
    """Enrol a centre: REQUEST is a file, or the fingerprint of a request that came by network.

    Compare the fingerprint with the centre by telephone before you confirm. The certificate
    for a file goes back to `kiosk enrol`; a centre that asked by network fetches its own, and one
    that is enrolled with other keys gets these instead.
    """
    if Path(request).is_file():
        _approve_file(data, Path(request), out, yes=yes, revoke_old=revoke_old)
        return
    with opened(data) as hq:
        asked = _pending(hq, request)
        if hq.centres.enrolled(asked.centre_code):
            click.echo("This centre is enrolled: its keys will be replaced.", err=True)
        _compare(asked.centre_code, asked.name, asked.fingerprint, yes)
        certificate = hq.enrolment.approve(asked.key_id, me(), revoke_old=revoke_old)
    if out is not None:
        out.write_bytes(certificate)
    click.echo(f"{asked.centre_code} is enrolled; it fetches its certificate automatically.")


def _approve_file(data: Path, path: Path, out: Path | None, *, yes: bool, revoke_old: bool) -> None:
    document = path.read_bytes()
    asked = read_request(document)
    target = out or Path(f"{asked.centre_code}.certificate.json")
    with opened(data) as hq:
        if hq.centres.enrolled(asked.centre_code):
            click.echo("This centre is enrolled: its keys will be replaced.", err=True)
        _compare(asked.centre_code, asked.name, asked.keys.public.fingerprint, yes)
        target.write_bytes(hq.enrolment.accept(document, me(), revoke_old=revoke_old))
        click.echo(f"Headquarters' own fingerprint: {hq.public_keys.fingerprint}")
    click.echo(f"Certificate: {target}")


def _compare(code: str, name: str, fingerprint: str, yes: bool) -> None:
    click.echo(f"{code}  {name}\n{fingerprint}")
    if not yes:
        click.confirm("Does the centre read out the same fingerprint?", abort=True)


def _pending(hq: HqServices, named: str) -> PendingRequest:
    """Return the pending request with this key id or fingerprint.

    Raises:
        NotFound: there is none.
    """
    key_id = "".join(named.split()).lower()
    for one in hq.enrolment.pending():
        if one.key_id == key_id:
            return one
    raise NotFound(what="file and no such pending request")


@centres.command(name="decline")
@data_option
@click.argument("key_id")
@click.option("--reason", required=True, help="The centre sees it.")
@report_errors
def centres_decline(data: Path, key_id: str, reason: str) -> None:
    """Decline a request that came by network; KEY_ID can be its fingerprint."""
    if not reason.strip():
        raise click.BadParameter("it must not be empty", param_hint="--reason")
    with opened(data) as hq:
        asked = _pending(hq, key_id)
        hq.enrolment.decline(asked.key_id, reason, me())
    click.echo(f"Declined: {asked.centre_code}")


@centres.command(name="address")
@data_option
@click.argument("code")
@click.argument("address")
@click.option("--directions", help="How to get there: bus, gate, floor.")
@report_errors
def centres_address(data: Path, code: str, address: str, directions: str | None) -> None:
    """Set the address of a centre and how to get there, for admission tickets."""
    with opened(data) as hq:
        hq.centres.set_place(code, me(), address=address, directions=directions)
        (centre,) = (centre for centre in hq.centres.list() if centre.code == code)
    click.echo(f"{code}: {centre.address}")
    if centre.directions:
        click.echo(centre.directions)


@centres.command(name="branch")
@data_option
@click.argument("code")
@click.argument("branch")
@report_errors
def centres_branch(data: Path, code: str, branch: str) -> None:
    """Put a centre below a province and city, such as 北京/海淀; rights can be limited to them.

    An empty BRANCH ("") puts it below none: then only rights for all branches, or for the centre
    itself, cover it.
    """
    with opened(data) as hq:
        hq.branches.set(code, branch, me())
        path = hq.branches.path(code)
    click.echo(f"{code}: {path}")


@centres.command(name="rooms")
@data_option
@click.argument("code")
@click.option("--room", "room_id", help="Change the room with this id.")
@click.option("--name", help="Name of the room; without --room a room is added.")
@click.option("--seats", type=click.IntRange(0, MOST_SEATS), help="How many seats it has.")
@click.option(
    "--seats-per-row",
    type=click.IntRange(0, MOST_IN_A_ROW),
    help="How many stand side by side, counted from seat 1.",
)
@json_option
@report_errors
def centres_rooms(
    data: Path,
    code: str,
    room_id: str | None,
    name: str | None,
    seats: int | None,
    seats_per_row: int | None,
    as_json: bool,
) -> None:
    """List the rooms of a centre; with --name add one, with --room change one."""
    if room_id is None and name is None and (seats, seats_per_row) != (None, None):
        raise click.UsageError("Give --name to add a room, or --room to change one.")
    with opened(data) as hq:
        if room_id is not None:
            known = {room.id: room for room in hq.rooms.of_centre(code)}
            if room_id not in known:
                raise NotFound(what="room")
            old = known[room_id]
            room = Room(
                room_id,
                name or old.name,
                old.seats if seats is None else seats,
                old.seats_per_row if seats_per_row is None else seats_per_row,
            )
            hq.rooms.set(code, room, me())
        elif name is not None:
            hq.rooms.add(code, name, me(), seats or 0, seats_per_row or 0)
        found = hq.rooms.of_centre(code)
    if as_json:
        echo_json([vars(room) for room in found])
        return
    for room in found:
        click.echo(f"{room.id}  {room.name}  {room.seats} seats  {room.seats_per_row} in a row")


@centres.command(name="list")
@data_option
@json_option
@report_errors
def centres_list(data: Path, as_json: bool) -> None:
    """List enrolled centres and their last contact."""
    with opened(data) as hq:
        found = hq.centres.list()
    if as_json:
        echo_json([vars(centre) for centre in found])
        return
    for centre in found:
        seen = centre.last_seen.isoformat() if centre.last_seen else "never contacted"
        click.echo(f"{centre.code}  {centre.name}  {centre.fingerprint}  {seen}")


@centres.command(name="status")
@data_option
@json_option
@report_errors
def centres_status(data: Path, as_json: bool) -> None:
    """Show what each centre has closed, what headquarters has stored, and event-log problems."""
    with opened(data) as hq:
        found = centre_statuses(hq.centres.list(), hq.inventories.contacts())
        findings, deleted = hq.event_logs.findings(), hq.deletions.list()
    if as_json:
        echo_json(
            {
                "centres": [_plain(one) for one in found],
                "findings": _sentences(findings),
                "deletions": [_deletion(one) for one in deleted],
            }
        )
        return
    for one in found:
        click.echo(f"{one.centre.code}  {one.centre.name}  {_state(one)}")
    for sentence in _sentences(findings):
        click.echo("{centre_code}  {sitting_id}  {text}".format(**sentence))


def _deletion(one: DeletionView) -> dict[str, Any]:
    receipt = None if one.receipt is None else one.receipt.model_dump(mode="json")
    return {**vars(one), "receipt": receipt}


def _plain(one: CentreStatus) -> dict[str, Any]:
    return {
        "code": one.centre.code,
        "name": one.centre.name,
        "certificate_until": one.centre.not_after,
        "heard_at": one.heard_at,
        "contact": None if one.contact is None else vars(one.contact),
        "lacking": one.lacking,
    }


def _sentences(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {**vars(finding), "text": finding_text(finding) % vars(finding)} for finding in findings
    ]


def _state(one: CentreStatus) -> str:
    if one.contact is None:
        return "never contacted" if one.heard_at is None else "has not reported yet"
    held = ", ".join(
        f"{one.contact.held[kind]} of {count} {DELIVERIES[kind]}"
        for kind, count in one.contact.closed.items()
    )
    epoch = f"; restored from a backup (epoch {one.contact.epoch})" if one.contact.epoch > 1 else ""
    word = "complete" if one.contact.complete else "waiting"
    return f"{word} ({held}) at {one.contact.at.isoformat()}{epoch}"
