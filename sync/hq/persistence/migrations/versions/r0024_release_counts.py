"""Indexes for lists of many results: release counts them, statistics find each latest item."""

from alembic import op

revision = "r0024_release_counts"
down_revision = "r0023_pull_certificates"


def upgrade() -> None:
    """Widen three indexes, and add three."""
    op.drop_index("results_of_examination", table_name="results")
    op.create_index(
        "results_of_examination",
        "results",
        ["programme_id", "sitting_id", "status", "centre_code", "attempt_id", "version"],
    )
    op.create_index("results_of_candidate", "results", ["sitting_id", "candidate_id"])
    op.drop_index("published_of_sitting", table_name="published_results")
    op.create_index(
        "published_of_sitting",
        "published_results",
        ["sitting_id", "programme_id", "newest", "kind"],
    )
    op.create_index(
        "published_newest",
        "published_results",
        ["centre_code", "attempt_id", "newest", "kind", "result_version"],
    )
    op.drop_index("statistics_of_item", table_name="statistics_items")
    op.create_index("statistics_of_item", "statistics_items", ["programme_id", "item_id", "run_id"])
    op.create_index("seats_of_paper", "seats", ["sitting_id", "paper", "candidate_id"])
