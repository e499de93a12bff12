"""Sittings with several papers, and rooms at centres.

A sitting of 0.2.0 has one paper and, at each centre, one room, both with the id ``1``.
"""

from datetime import timedelta

from alembic import op
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
)

revision = "r0004_sitting_papers"
down_revision = "r0003_column_mappings"

AT = DateTime(timezone=True)
PAPER = "(sitting_id, id, programme_id, programme_version, trade, level, duration_minutes)"


def upgrade() -> None:
    """Create the tables, bring the rows along, and drop the columns that moved."""
    _create()
    op.execute(
        f"INSERT INTO sitting_papers {PAPER} SELECT id, '1', programme_id, programme_version,"  # noqa: S608
        " trade, level, duration_minutes FROM sittings"
    )
    op.execute(
        "INSERT INTO rooms (centre_code, id, name, seats, seats_per_row)"
        " SELECT code, '1', '1', COALESCE((SELECT MAX(seats) FROM offered_seats"
        " WHERE centre_code = code), 0), 0 FROM centres"
    )
    op.execute(
        "INSERT INTO sitting_rooms (sitting_id, centre_code, room, seats)"
        " SELECT sitting_id, centre_code, '1', seats FROM offered_seats"
    )
    op.drop_table("offered_seats")
    op.execute(
        "INSERT INTO package_papers (package_id, sitting_paper, paper_id)"
        " SELECT id, '1', paper_id FROM packages"
    )
    _sittings()
    _seats()
    _papers()
    _packages()
    op.execute(
        "UPDATE packages SET label = (SELECT papers.label FROM papers JOIN package_papers"
        " ON package_papers.paper_id = papers.id WHERE package_papers.package_id = packages.id)"
    )
    for column in ("paper", "room"):
        op.add_column("bundles", Column(column, String(64), nullable=False, server_default="1"))
    op.add_column("applications", Column("paper", String(64), nullable=False, server_default="1"))


def _create() -> None:
    op.create_table(
        "sitting_papers",
        Column("sitting_id", String(64), ForeignKey("sittings.id"), primary_key=True),
        Column("id", String(64), primary_key=True),
        Column("programme_id", String(64), nullable=False),
        Column("programme_version", Integer, nullable=False),
        Column("trade", String(64)),
        Column("level", String(64)),
        Column("duration_minutes", Integer, nullable=False),
        ForeignKeyConstraint(
            ["programme_id", "programme_version"], ["programmes.id", "programmes.version"]
        ),
    )
    op.create_table(
        "rooms",
        Column("centre_code", String(32), ForeignKey("centres.code"), primary_key=True),
        Column("id", String(64), primary_key=True),
        Column("name", String(100), nullable=False),
        Column("seats", Integer, nullable=False),
        Column("seats_per_row", Integer, nullable=False),
    )
    op.create_table(
        "sitting_rooms",
        Column("sitting_id", String(64), ForeignKey("sittings.id"), primary_key=True),
        Column("centre_code", String(32), primary_key=True),
        Column("room", String(64), primary_key=True),
        Column("seats", Integer, nullable=False),
        ForeignKeyConstraint(["centre_code", "room"], ["rooms.centre_code", "rooms.id"]),
    )
    op.create_table(
        "package_papers",
        Column("package_id", String(64), ForeignKey("packages.id"), primary_key=True),
        Column("sitting_paper", String(64), primary_key=True),
        Column("paper_id", String(64), ForeignKey("papers.id"), nullable=False),
    )


NAMES = {
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
}
"""The names that PostgreSQL gave to the constraints of the first step; SQLite gives none."""


def _sittings() -> None:
    op.add_column("sittings", Column("ends_at", AT))
    sittings = Table(
        "sittings",
        MetaData(),
        Column("id", String(64)),
        Column("starts_at", AT),
        Column("ends_at", AT),
        Column("duration_minutes", Integer),
    )
    connection = op.get_bind()
    for row in connection.execute(sittings.select()).all():
        end = row.starts_at + timedelta(minutes=row.duration_minutes)
        connection.execute(sittings.update().where(sittings.c.id == row.id).values(ends_at=end))
    with op.batch_alter_table("sittings", naming_convention=NAMES) as table:
        table.drop_constraint("sittings_programme_id_programme_version_fkey", type_="foreignkey")
        table.alter_column("ends_at", existing_type=AT, nullable=False)
        for column in (
            "programme_id", "programme_version", "trade", "level", "duration_minutes",
        ):  # fmt: skip
            table.drop_column(column)


def _seats() -> None:
    with op.batch_alter_table("seats", naming_convention=NAMES) as table:
        table.add_column(Column("room", String(64), nullable=False, server_default="1"))
        table.add_column(Column("paper", String(64), nullable=False, server_default="1"))
        table.drop_constraint("seats_sitting_id_centre_code_seat_key", type_="unique")
        table.create_unique_constraint(
            "seats_sitting_id_centre_code_room_seat_key",
            ["sitting_id", "centre_code", "room", "seat"],
        )
        table.create_foreign_key(
            "seats_centre_code_room_fkey", "rooms", ["centre_code", "room"], ["centre_code", "id"]
        )
        table.create_foreign_key(
            "seats_sitting_id_paper_fkey",
            "sitting_papers",
            ["sitting_id", "paper"],
            ["sitting_id", "id"],
        )


def _papers() -> None:
    with op.batch_alter_table("papers", naming_convention=NAMES) as table:
        table.add_column(Column("sitting_paper", String(64), nullable=False, server_default="1"))
        table.drop_constraint("papers_sitting_id_label_key", type_="unique")
        table.create_unique_constraint(
            "papers_sitting_id_sitting_paper_label_key", ["sitting_id", "sitting_paper", "label"]
        )


def _packages() -> None:
    with op.batch_alter_table("packages", naming_convention=NAMES) as table:
        table.drop_constraint("packages_paper_id_fkey", type_="foreignkey")
        table.drop_column("paper_id")
        table.add_column(Column("label", String(8), nullable=False, server_default="A"))
