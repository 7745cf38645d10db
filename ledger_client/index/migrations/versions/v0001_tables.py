"""The tables as they were first."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TYPES: dict[str, Any] = {
    "int": sa.BigInteger(),
    "small": sa.Integer(),
    "row": sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    "flag": sa.Boolean(),
    "bytes": sa.LargeBinary(),
    "text": sa.Text(),
}

ROWED = ("documents", "cursor", "blocks", "undo")
"""Tables that SQLite keeps by the number of a row; the others lie in the tree of their key."""

TABLES = {
    "accreditations": ("issuer, category", "issuer:bytes category:int position:int entries:bytes"),
    "balances": ("site, lot", "site:int lot:bytes quantity:int is_held_here:flag"),
    "blocks": ("number", "number:int hash:bytes"),
    "classes": ("holder", "holder:bytes role:int"),
    "consignees": ("consignee", "consignee:bytes division:int is_closed:flag name:bytes"),
    "consignments": (
        "document_key",
        "document_key:bytes state:int from_site:int to_site:int deadline:bytes signers:bytes lines:bytes "
        "document:int",
    ),
    "cursor": (
        "id",
        "id:small genesis:bytes block:int block_hash:bytes block_time:int documents:int final:int",
    ),
    "divisions": ("division", "division:int successor:int is_closed:flag name:bytes"),
    "documents": (
        "number",
        "document_key:bytes number:row block:int log_index:int transaction:bytes kind:int from:bytes "
        "to:bytes from_site:int to_site:int occurred_at:int is_day_only:flag recorded_at:int is_late:flag "
        "reference:bytes reason:int qualification:bytes deadline:bytes verdict:bytes body:bytes "
        "content:bytes digest:bytes sender:bytes sender_grant:bytes sender_position:int other:bytes "
        "other_grant:bytes other_position:int approver:bytes approver_grant:bytes approver_position:int "
        "reversed_by:int named_by:int lines:bytes",
    ),
    "factors": ("pack, unit", "pack:int unit:int factor:int"),
    "grants": (
        "grant_key",
        "grant_key:bytes holder:bytes role:int division:int subject:bytes from:bytes revoked_at:int "
        "position:int granter_division:int is_suspended:flag compromised_since:int",
    ),
    "holder_journals": ("holder", "holder:bytes journal:bytes"),
    "issuer_journals": ("issuer", "issuer:bytes journal:bytes"),
    "issuers": ("issuer", "issuer:bytes name:bytes"),
    "items": (
        "item",
        "item:int qualification_category:int shelf_life:int unit:bytes is_serial:flag name:bytes",
    ),
    "lot_entries": ("lot, sequence", "lot:bytes sequence:int document:int journal:bytes status:int"),
    "lot_journals": ("lot", "lot:bytes journal:bytes"),
    "lots": (
        "lot",
        "lot:bytes item:int creating_site:int use_until:int status:int source:bytes batch:bytes made:int "
        "expires:int is_own:flag document:int",
    ),
    "movements": (
        "document, position",
        "document:int position:int site:int lot:bytes delta:int quantity:int is_held_here:flag "
        "was_held_here:flag",
    ),
    "qualifications": (
        "qualification",
        "qualification:bytes supplier:bytes issuer:bytes category:int certificate:bytes position:int "
        "entries:bytes",
    ),
    "replacements": (
        "replacement",
        "replacement:int old_holder:bytes new_holder:bytes status:int proposed_at:int "
        "authority_division:int proposer:bytes compromised_since:int suspended:bytes",
    ),
    "site_entries": ("site, sequence", "site:int sequence:int document:int journal:bytes"),
    "site_journals": ("site", "site:int journal:bytes"),
    "sites": ("site", "site:int successor:int is_closed:flag is_disposal:flag name:bytes"),
    "supplier_journals": ("supplier", "supplier:bytes journal:bytes"),
    "suppliers": ("supplier", "supplier:bytes name:bytes"),
    "totals": (
        "lot",
        "lot:bytes opening:bytes received:bytes gained:bytes repacked_in:bytes in_transit:bytes "
        "returning:bytes missing:bytes issued:bytes written_off:bytes lost:bytes repacked_out:bytes",
    ),
    "undo": ("number", "number:int documents:int payload:text"),
}
"""Name: primary key, and the columns with their types, none of which may be null."""

_SOMETHING = sa.text('"quantity" > 0')


def upgrade() -> None:
    """Make the tables."""
    for name, (key, columns) in TABLES.items():
        named = [column.split(":") for column in columns.split()]
        op.create_table(
            name,
            *[
                sa.Column(column, TYPES[kind], nullable=False, autoincrement=False, quote=True)
                for column, kind in named
            ],
            sa.PrimaryKeyConstraint(*key.split(", ")),
            sqlite_with_rowid=name in ROWED,
        )
    op.create_index("balances_by_lot", "balances", ["lot"])
    op.create_index(
        "balances_on_hand", "balances", ["site", "lot"], sqlite_where=_SOMETHING, postgresql_where=_SOMETHING
    )
    op.create_index("consignments_by_state", "consignments", ["state"])
    op.create_index("documents_by_key", "documents", ["document_key"], unique=True)
    op.create_index("grants_by_holder", "grants", ["holder"])
    op.create_index("lots_by_item", "lots", ["item"])
    op.create_index("qualifications_by_supplier", "qualifications", ["supplier"])


def downgrade() -> None:
    """Drop the tables, and with them their indexes."""
    for name in reversed(TABLES):
        op.drop_table(name)
