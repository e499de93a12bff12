"""The name of this database, which cursors carry."""

from sqlalchemy import select

from sync.hq.context import HqContext
from sync.hq.persistence.database import insert_new
from sync.hq.persistence.exchange_tables import database_identity


def identity(context: HqContext) -> str:
    """Return the database's name; it gets one when it is first asked."""
    query = select(database_identity.c.id).order_by(database_identity.c.id).limit(1)
    with context.database.read() as connection:
        known = connection.execute(query).scalar()
    if known is not None:
        return str(known)
    with context.database.write() as connection:
        known = connection.execute(query).scalar()
        if known is None:
            known = context.ids()
            insert_new(connection, database_identity, id=known, made_at=context.clock.now())
    return str(known)
