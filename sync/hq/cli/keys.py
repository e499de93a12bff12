"""``hq keys``: headquarters' own keys, and their change (docs/keys.md)."""

from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened
from sync.hq.errors import NotFound
from sync.hq.services import HqServices
from sync.hq.upkeep.keys import CentreKeys, KeysView, KeyView

anyway_option = click.option(
    "--anyway", is_flag=True, help="Even if centres have not followed, or packages need the key."
)
RESTORED = "folder of keys and database were restored from older copies; put back the newest keys."

yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group()
def keys() -> None:
    """Headquarters' own keys: list, prepare, switch, retire, withdraw (docs/keys.md).

    \b
    A planned change:
      hq keys prepare         make the next key and announce it; back up the folder of keys
      hq keys list            until all centres have followed
      hq keys switch          sign with it; the old key is still accepted
      hq keys retire KEY      after the sittings: the old key counts for nothing new
    An emergency (somebody else may have the key):
      hq keys withdraw KEY
    """


@keys.command(name="list")
@data_option
@json_option
@report_errors
def keys_list(data: Path, as_json: bool) -> None:
    """List the keys with their states, and which centres have followed the last announcement."""
    with opened(data) as hq:
        view = hq.key_changes.view()
    if as_json:
        shown = [_centre(centre) for centre in view.centres]
        echo_json({"number": view.number, "keys": list(map(vars, view.keys)), "centres": shown})
        return
    for key in view.keys:
        click.echo(_line(key))
    click.echo(f"{len(view.centres) - len(view.behind)} of {len(view.centres)} centres follow")
    for centre in view.behind:
        known = centre.follower.number if centre.follower else 0
        click.echo(f"  {centre.code}  {centre.name}: at {known} of {view.number}")
    for centre in view.centres:
        if centre.ahead:
            click.echo(f"  {centre.code} knows newer keys than these: {RESTORED}", err=True)


@keys.command(name="prepare")
@data_option
@report_errors
def keys_prepare(data: Path) -> None:
    """Make the next key and announce it to the centres, signed by the present and the next key.

    Nothing is signed with it yet. Then copy the folder of keys to every machine of headquarters
    and to where its backup is.
    """
    with opened(data) as hq:
        click.echo(_line(hq.key_changes.prepare(me())))
    click.echo("Back up the folder of keys now. When all centres have followed: hq keys switch")


@keys.command(name="switch")
@data_option
@anyway_option
@report_errors
def keys_switch(data: Path, anyway: bool) -> None:
    """Sign with the next key from now on, and have results sealed to it.

    The former key is still accepted. Refused while centres have not followed: what they get from
    now on they could not verify before their next sync.
    """
    with opened(data) as hq:
        click.echo(_line(hq.key_changes.switch(me(), anyway=anyway)))


@keys.command(name="retire")
@data_option
@click.argument("key")
@anyway_option
@yes_option
@report_errors
def keys_retire(data: Path, key: str, anyway: bool, yes: bool) -> None:
    """Give up a former KEY (id or fingerprint): nothing new that it signed is accepted.

    What has arrived before still verifies, and results sealed to it are still opened. Its private
    signing key is deleted.
    """
    with opened(data) as hq:
        key_id = _named(hq, key)
        if not yes:
            click.confirm("Delete the signing key of this former key?", abort=True)
        click.echo(_line(hq.key_changes.retire(key_id, me(), anyway=anyway)))


@keys.command(name="withdraw")
@data_option
@click.argument("key")
@yes_option
@report_errors
def keys_withdraw(data: Path, key: str, yes: bool) -> None:
    """Reject everything that KEY signs from now on: somebody else may have it.

    If it is the current key, the announced next one takes its place. Without one, a new key is
    made, and every centre has to compare its fingerprint by telephone and enrol again with the
    new certificate.
    """
    with opened(data) as hq:
        key_id, before = _named(hq, key), hq.key_changes.view()
        if not yes:
            click.confirm("Tell all centres to reject everything of this key?", abort=True)
        current = hq.key_changes.withdraw(key_id, me())
    click.echo(_line(current))
    if all(known.key_id != current.key_id for known in before.keys):
        click.echo(
            "Read this fingerprint to every centre by telephone. They enrol again:"
            " 'kiosk enrol' by network, or with the certificate of the page 'Centres'."
        )
    click.echo("Revoke and build again the packages of coming sittings.")


def _named(hq: HqServices, text: str) -> str:
    """Return the id of the key that somebody named by id or fingerprint."""
    wanted = "".join(text.split()).lower()
    view: KeysView = hq.key_changes.view()
    for key in view.keys:
        if key.key_id == wanted:
            return wanted
    raise NotFound(what="key")


def _line(key: KeyView) -> str:
    since = f" since {key.since.isoformat()}" if key.since else ""
    return f"{key.fingerprint}  {key.state}{since}"


def _centre(centre: CentreKeys) -> dict[str, object]:
    follower = None if centre.follower is None else vars(centre.follower)
    return {**vars(centre), "follower": follower}
