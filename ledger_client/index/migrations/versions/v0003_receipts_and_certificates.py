"""Indexes by which the receipts of a supplier, and the qualifications on a certificate, are found."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_RECEIPTS = sa.text('"kind" = 2')


def upgrade() -> None:
    """Make the indexes."""
    op.create_index(
        "receipts_by_source",
        "documents",
        ["from", "number"],
        sqlite_where=_RECEIPTS,
        postgresql_where=_RECEIPTS,
    )
    op.create_index("qualifications_by_certificate", "qualifications", ["certificate"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("qualifications_by_certificate", "qualifications")
    op.drop_index("receipts_by_source", "documents")
