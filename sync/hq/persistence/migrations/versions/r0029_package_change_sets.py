"""Which change set a package's roster contains, so that only later ones are looked at."""

from alembic import op
from sqlalchemy import Column, Integer

revision = "r0029_package_change_sets"
down_revision = "r0028_account_validity"


def upgrade() -> None:
    """Add the column."""
    op.add_column("packages", Column("change_set", Integer))
