"""Acts on certificates and snapshots of statistics in order; former secrets of webhooks."""

from alembic import op
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    insert,
    select,
    update,
)

revision = "r0023_pull_certificates"
down_revision = "r0022_parts"

AT = DateTime(timezone=True)
OLD = MetaData()
CERTIFICATES = Table(
    "certificates",
    OLD,
    Column("number", String(32)),
    Column("position", Integer),
    *(Column(name, String(64)) for name in ("candidate_id", "sitting_id", "programme_id")),
    Column("result_version", Integer),
    Column("centre_code", String(32)),
)
ACTS = Table(
    "certificate_acts",
    OLD,
    Column("number", String(32)),
    Column("act", Integer),
    Column("at", AT),
    Column("cursor", Integer),
)
PUBLISHED = Table(
    "published_results",
    OLD,
    Column("cursor", Integer),
    Column("centre_code", String(32)),
    *(Column(name, String(64)) for name in ("candidate_id", "sitting_id", "programme_id")),
    Column("result_version", Integer),
)
RUNS = Table(
    "statistics_runs",
    OLD,
    Column("id", String(64)),
    Column("at", AT),
    Column("number", Integer),
)
COUNTERS = Table("counters", OLD, Column("name", String(160)), Column("value", Integer))
WEBHOOKS = Table("webhooks", OLD, Column("id", String(64)))
POSITIONS = Table(
    "webhook_positions",
    OLD,
    Column("webhook_id", String(64)),
    Column("kind", String(32)),
    Column("position", Integer),
)


def upgrade() -> None:
    """Put what exists in the order in which it came about; tell webhooks what comes after."""
    op.add_column("certificates", Column("centre_code", String(32)))
    _centres()
    op.add_column("certificate_acts", Column("cursor", Integer))
    acts = _number_acts()
    op.add_column("statistics_runs", Column("number", Integer))
    _number_runs()
    for table, column, index in (
        ("certificate_acts", "cursor", "certificate_acts_by_cursor"),
        ("statistics_runs", "number", "statistics_by_number"),
    ):
        with op.batch_alter_table(table) as altered:
            altered.alter_column(column, existing_type=Integer, nullable=False)
        op.create_index(index, table, [column], unique=True)
    op.create_table(
        "former_webhook_secrets",
        Column("webhook_id", String(64), ForeignKey("webhooks.id"), primary_key=True),
        Column("id", String(64), primary_key=True),
        Column("secret", LargeBinary, nullable=False),
        Column("until", AT, nullable=False),
    )
    connection = op.get_bind()
    for hook_id in connection.execute(select(WEBHOOKS.c.id)).scalars().all():
        position = {"webhook_id": hook_id, "kind": "certificates.changed", "position": acts}
        connection.execute(insert(POSITIONS).values(**position))


def _centres() -> None:
    """Say where each certificate's exam was taken: where the result that was published was."""
    connection, table = op.get_bind(), CERTIFICATES
    same = ("candidate_id", "sitting_id", "programme_id", "result_version")
    published: Select[tuple[str]] = (
        select(PUBLISHED.c.centre_code)
        .where(*(PUBLISHED.c[name] == table.c[name] for name in same))
        .order_by(PUBLISHED.c.cursor.desc())
        .limit(1)
    )
    connection.execute(update(table).values(centre_code=published.scalar_subquery()))


def _number_acts() -> int:
    """Give the acts on certificates numbers; return how many there are."""
    connection = op.get_bind()
    query = (
        select(ACTS.c.number, ACTS.c.act)
        .join(CERTIFICATES, CERTIFICATES.c.number == ACTS.c.number)
        .order_by(ACTS.c.at, CERTIFICATES.c.position, ACTS.c.act)
    )
    rows = connection.execute(query).all()
    for cursor, row in enumerate(rows, start=1):
        where = (ACTS.c.number == row.number, ACTS.c.act == row.act)
        connection.execute(update(ACTS).where(*where).values(cursor=cursor))
    _begin_counter("certificate_acts", len(rows))
    return len(rows)


def _number_runs() -> None:
    connection = op.get_bind()
    ids = connection.execute(select(RUNS.c.id).order_by(RUNS.c.at, RUNS.c.id)).scalars().all()
    for number, run_id in enumerate(ids, start=1):
        connection.execute(update(RUNS).where(RUNS.c.id == run_id).values(number=number))
    _begin_counter("statistics_runs", len(ids))


def _begin_counter(name: str, value: int) -> None:
    if value:
        op.get_bind().execute(insert(COUNTERS).values(name=name, value=value))
