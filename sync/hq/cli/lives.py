"""``hq candidates …``: what happens to people after they applied, and the history of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from kiosk.command_line.common import report_errors
from kiosk.exam.typed_numbers import plain_number
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened
from sync.hq.registration.history import ChangeSet, NotedChange
from sync.hq.registration.lives import Accommodation, Place
from sync.hq.registration.seats import Allocated
from sync.hq.registration.undo import Consequences
from sync.hq.registration.unfit_seats import (
    SEATED_NOT_ADMITTED,
    UnfitSeat,
    seated_not_admitted,
)
from sync.hq.services import HqServices

PERSON_FIELDS = ("name", "identity_no", "identity_type", "sex", "birth_date")

_sitting = click.option("--sitting", required=True, help="Id of the sitting.")
_reason = click.option("--reason", required=True, help="Recorded with the change.")
_candidate = click.argument("candidate")


@click.command()
@data_option
@_candidate
@click.option("--sitting", help="Id of the sitting, to correct the application for it.")
@click.option("--set", "said", multiple=True, required=True, help="FIELD=VALUE; may be repeated.")
@_reason
@report_errors
def correct(
    data: Path, candidate: str, sitting: str | None, said: Sequence[str], reason: str
) -> None:
    """Correct a person, or with --sitting an application, field by field.

    \b
    Fields of a person: name, identity_no, identity_type, sex, birth_date.
    Fields of an application: centre, paper, and the facts that the entry
    conditions are judged by, such as class_hours and work_years.
    """
    values: dict[str, Any] = dict(_pair(one) for one in said)
    with opened(data) as hq:
        if sitting is None:
            done = hq.lives.correct(candidate, _person(values), reason, me())
        else:
            done = hq.lives.correct_application(sitting, candidate, values, reason, me())
        unfit = unfit_of(hq, sitting) if sitting else []
    _say(done)
    print_unfit(unfit, sitting or "")


@click.command()
@data_option
@_candidate
@_sitting
@_reason
@report_errors
def withdraw(data: Path, candidate: str, sitting: str, reason: str) -> None:
    """Withdraw a candidate; the seat becomes free."""
    with opened(data) as hq:
        _say(hq.lives.withdraw(sitting, candidate, reason, me()))
        _tell_outdated(hq, sitting)


@click.command(name="replace")
@data_option
@_candidate
@_sitting
@click.option("--with", "other", required=True, help="Id of the candidate who takes the seat.")
@_reason
@report_errors
def replace_candidate(data: Path, candidate: str, sitting: str, other: str, reason: str) -> None:
    """Give a candidate's seat to another admitted applicant, and withdraw the first."""
    with opened(data) as hq:
        _say(hq.lives.replace(sitting, candidate, other, reason, me()))
        _tell_outdated(hq, sitting)


@click.command()
@data_option
@_candidate
@_sitting
@click.option("--to-sitting", default="", help="Id of another sitting that examines the same.")
@click.option("--centre", default="", help="Code of another centre.")
@click.option("--room", default="", help="Another room.")
@click.option("--seat", default="", help="Another seat; otherwise the first free one.")
@_reason
@report_errors
def move(
    data: Path,
    candidate: str,
    sitting: str,
    to_sitting: str,
    centre: str,
    room: str,
    seat: str,
    reason: str,
) -> None:
    """Move a candidate to another seat, room, centre or sitting."""
    with opened(data) as hq:
        to = Place(to_sitting, centre, room, seat)
        _say(hq.lives.move(sitting, candidate, to, reason, me()))
        for one in dict.fromkeys((sitting, to_sitting or sitting)):
            _tell_outdated(hq, one)


@click.command()
@data_option
@_candidate
@_sitting
@click.option("--minutes", type=click.IntRange(0, 600), required=True, help="Extra minutes.")
@click.option("--needs", default="", help="What else: a reader, a separate room, large print …")
@_reason
@report_errors
def grant(data: Path, candidate: str, sitting: str, minutes: int, needs: str, reason: str) -> None:
    """Grant extra time and whatever else a candidate needs, at any moment."""
    with opened(data) as hq:
        given = Accommodation(minutes, " ".join(needs.split())[:200])
        _say(hq.lives.grant(sitting, candidate, given, reason, me()))
        _tell_outdated(hq, sitting)


@click.command()
@data_option
@_candidate
@_sitting
@click.option("--off", is_flag=True, help="Take the applicant off the list.")
@_reason
@report_errors
def reserve(data: Path, candidate: str, sitting: str, off: bool, reason: str) -> None:
    """Put an applicant at the end of the reserve list.

    `hq seats allocate` and `hq seats move-up` give it the free seats, in order.
    """
    with opened(data) as hq:
        _say(hq.lives.reserve(sitting, candidate, reason, me(), off=off))


@click.command()
@data_option
@click.option("--candidate", default="", help="Only what changed this person.")
@click.option("--sitting", default="", help="Only what changed this sitting.")
@click.option("--change", type=int, help="Show one change set with every field.")
@json_option
@report_errors
def history(data: Path, candidate: str, sitting: str, change: int | None, as_json: bool) -> None:
    """List changes of people, applications and seats: who, when, why; newest first."""
    if not (candidate or sitting or change):
        raise click.UsageError("Name a --candidate, a --sitting or a --change.")
    with opened(data) as hq:
        if change is not None:
            sets = [hq.history.get(change)]
        else:
            sets = list(
                hq.history.of_person(candidate) if candidate else hq.history.of_sitting(sitting)
            )
        fields = bool(candidate or change)
        found = [(one, hq.history.changes(one.id, candidate) if fields else []) for one in sets]
    if as_json:
        echo_json([{**vars(one), "changes": [vars(c) for c in changes]} for one, changes in found])
        return
    for one, changes in found:
        _print_set(one, changes)


@click.command()
@data_option
@click.argument("change", type=int)
@click.option("--reason", help="Recorded with the change.")
@click.option("--check", is_flag=True, help="Only show what would be undone.")
@json_option
@report_errors
def undo(data: Path, change: int, reason: str | None, check: bool, as_json: bool) -> None:
    """Undo a change set; what was changed since, or whose ticket is out, stays and is listed."""
    if not check and not reason:
        raise click.UsageError("Give a --reason, or --check.")
    with opened(data) as hq:
        done = hq.undo.consequences(change) if check else hq.undo.undo(change, reason or "", me())
    if as_json:
        echo_json({"restored": done.restored, "staying": [vars(one) for one in done.staying]})
        return
    _print_consequences(done)


@click.command(name="clashes")
@data_option
@json_option
@report_errors
def clashes(data: Path, as_json: bool) -> None:
    """List people and seats that are taken twice at one time, and rooms that are too full."""
    with opened(data) as hq:
        found = hq.clashes.list()
    if as_json:
        echo_json([{"text": str(one), **vars(one)} for one in found])
        return
    for one in found:
        click.echo(one)
    click.echo(f"{len(found)} clashes")


@click.command(name="move-up")
@data_option
@_sitting
@json_option
@report_errors
def move_up(data: Path, sitting: str, as_json: bool) -> None:
    """Give the free seats of a sitting to its reserve list, in order."""
    with opened(data) as hq:
        new = hq.registration.move_up(sitting, hq.applications.list(sitting), me())
        _tell_outdated(hq, sitting)
    if as_json:
        echo_json(asdict(new))
    else:
        print_allocated(new)


def print_allocated(new: Allocated) -> None:
    """Print new seats, who moved up, and who got no seat because they sit elsewhere."""
    for seat in new.seats:
        place = f"{seat.centre_code}  {seat.room}/{seat.seat}"
        click.echo(f"{place}  {seat.admission_no}  {seat.name}")
    for name in new.moved_up:
        click.echo(f"moved up from the reserve list: {name}")
    for one in new.elsewhere:
        at = f"{one.sitting} ({one.centre_code}  {one.room}/{one.seat})"
        click.echo(f"! no seat for {one.name}, who sits elsewhere at that time: {at}", err=True)
    click.echo(f"{len(new.seats)} seats assigned")


@click.command(name="outdated")
@data_option
@_sitting
@json_option
@report_errors
def outdated(data: Path, sitting: str, as_json: bool) -> None:
    """List centres whose newest package no longer says what headquarters knows."""
    with opened(data) as hq:
        found = hq.outdated.of_sitting(sitting)
        if as_json:
            echo_json([vars(one) for one in found])
            return
        _tell_outdated(hq, sitting, err=False)


def _pair(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        raise click.UsageError(f"{text} is not FIELD=VALUE.")
    return name.strip(), value.strip()


def _person(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - set(PERSON_FIELDS)
    if unknown:
        raise click.UsageError(f"Unknown: {', '.join(sorted(unknown))}.")
    found = dict(values)
    if "birth_date" in found:
        found["birth_date"] = date.fromisoformat(found["birth_date"])
    if "identity_no" in found:
        found["identity_no"] = plain_number(found["identity_no"])
    return found


def _say(done: int | None) -> None:
    click.echo("Nothing to change." if done is None else f"Stored as change {done}.")


def _print_set(one: ChangeSet, changes: Sequence[NotedChange]) -> None:
    undone = f"  undone by {one.undone_by}" if one.undone_by else ""
    why = one.reason or one.file_name
    click.echo(f"{one.id}  {one.at:%Y-%m-%d %H:%M}  {one.kind}  {one.username}  {why}{undone}")
    for change in changes:
        for name, before, after in change.fields:
            click.echo(f"    {change.name}  {name}: {_shown(before)} → {_shown(after)}")


def _shown(value: object) -> str:
    return "–" if value in (None, "", []) else str(value)


def _print_consequences(done: Consequences) -> None:
    click.echo(f"{done.restored} rows as before")
    for one in done.staying:
        click.echo(f"! stays ({one.why}): {one.table} {one.candidate_id} {one.sitting_id}")


def unfit_of(hq: HqServices, sitting: str) -> list[UnfitSeat]:
    """Return who has a seat and is not admitted."""
    return seated_not_admitted(hq.applications.list(sitting), hq.registration.seats(sitting))


def print_unfit(unfit: Sequence[UnfitSeat], sitting: str) -> None:
    """Say that people keep a seat without being admitted, and how to list them."""
    if unfit:
        how = f"hq candidates list --sitting {sitting} --state {SEATED_NOT_ADMITTED}"
        click.echo(f"! {len(unfit)} have a seat and are not admitted: {how}", err=True)


def _tell_outdated(hq: HqServices, sitting: str, *, err: bool = True) -> None:
    """Name the centres that need another package, and what to do where the code is out."""
    for one in hq.outdated.of_sitting(sitting):
        if one.empty:
            what = "no candidate has a seat there any more: hq package revoke"
        else:
            what = "needs a new version: hq package build"
        if one.released:
            what += "; its code is out, so call the centre: a version that is unlocked stays in use"
        click.echo(f"! {one.centre_code}: version {one.version} is outdated; {what}", err=err)
