"""What has to carry the signature of headquarters' present key after a change of keys."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from sync.hq.persistence import tables
from sync.wire.exchange.inbox import release_of, seal_release, sign_revocation_again
from sync.wire.sealing.certificate import certify_again
from sync.wire.sealing.keys import KeyHolder, PublicKeys


def sign_certificates(connection: Connection, hq: KeyHolder) -> None:
    """Sign the certificates of all centres with the present key.

    A centre that fetches its certificate again must not be led back to a former key.
    """
    table = tables.centres
    for row in connection.execute(select(table.c.code, table.c.certificate)).all():
        signed = certify_again(bytes(row.certificate), hq)
        connection.execute(update(table).where(table.c.code == row.code).values(certificate=signed))


def sign_notices(connection: Connection, hq: KeyHolder) -> None:
    """Sign released codes and revocations again, for centres that have not read them yet.

    A centre notices that they changed and reads its inbox from the start, which is safe.
    """
    inbox, packages, centres = tables.inbox, tables.packages, tables.centres
    query = (
        select(
            inbox.c.cursor,
            inbox.c.kind,
            inbox.c.sealed,
            inbox.c.created_at,
            packages.c.id,
            packages.c.version,
            packages.c.sealed_code,
            centres.c.code,
            centres.c.signing_key,
            centres.c.box_key,
        )
        .join(packages, packages.c.id == inbox.c.package_id)
        .join(centres, centres.c.code == inbox.c.centre_code)
        .where(inbox.c.sealed.is_not(None))
    )
    for row in connection.execute(query).all():
        if row.kind == "revocation":
            sealed = sign_revocation_again(row.sealed, hq)
        else:
            code = hq.unseal(bytes(row.sealed_code)).decode("ascii")
            release = release_of((row.id, row.version), row.code, code, row.created_at)
            centre = PublicKeys(bytes(row.signing_key), bytes(row.box_key))
            sealed = seal_release(release, hq, centre)
        connection.execute(update(inbox).where(inbox.c.cursor == row.cursor).values(sealed=sealed))


def needed_packages(connection: Connection, now: datetime, replaced_at: datetime | None) -> int:
    """Count the newest packages of sittings that are not over, built before ``replaced_at``."""
    packages, sittings = tables.packages, tables.sittings
    newer = packages.alias()
    replaced = (
        select(newer.c.id)
        .where(
            newer.c.sitting_id == packages.c.sitting_id,
            newer.c.centre_code == packages.c.centre_code,
            newer.c.version > packages.c.version,
        )
        .exists()
    )
    query = (
        select(func.count())
        .select_from(packages.join(sittings, sittings.c.id == packages.c.sitting_id))
        .where(packages.c.revoked_at.is_(None), sittings.c.ends_at > now, ~replaced)
    )
    if replaced_at is not None:
        query = query.where(packages.c.created_at < replaced_at)
    return int(connection.execute(query).scalar_one())
