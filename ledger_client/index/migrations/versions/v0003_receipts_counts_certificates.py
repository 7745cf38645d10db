"""Indexes of the receipts of a supplier, the counts of a site, and the qualifications on a certificate."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_RECEIPTS, _COUNTS = sa.text('"kind" = 2'), sa.text('"kind" = 13')


def upgrade() -> None:
    """Make the indexes."""
    op.create_index(
        "receipts_by_source",
        "documents",
        ["from", "number"],
        sqlite_where=_RECEIPTS,
        postgresql_where=_RECEIPTS,
    )
    op.create_index(
        "counts_by_site",
        "documents",
        ["from_site", "number"],
        sqlite_where=_COUNTS,
        postgresql_where=_COUNTS,
    )
    op.create_index("qualifications_by_certificate", "qualifications", ["certificate"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("qualifications_by_certificate", "qualifications")
    op.drop_index("counts_by_site", "documents")
    op.drop_index("receipts_by_source", "documents")
