"""Tables for norms, requests, proposals and deliveries."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TYPES: dict[str, Any] = {"int": sa.BigInteger(), "flag": sa.Boolean(), "bytes": sa.LargeBinary()}

_PLACE = "block:int log_index:int transaction:bytes"

TABLES = {
    "floors": ("site, item", "site:int item:int word:bytes"),
    "terms": ("division, mode", "division:int mode:int word:bytes"),
    "cycles": ("site, category", "site:int category:int word:bytes"),
    "counted": ("site, category", "site:int category:int key:bytes counted_at:int"),
    "emergencies": ("division", "division:int from:int until:int declared_by:int"),
    "norm_journals": ("subject", "subject:int journal:bytes"),
    "norm_entries": (
        "subject, sequence",
        "subject:int sequence:int step:int about:int value:bytes effective_at:int reason:int source:bytes "
        f"count_key:bytes actor:bytes division:int grant_position:int recorded_at:int {_PLACE}",
    ),
    "requests": (
        "request_key",
        "request_key:bytes client_id:bytes site:int item:int quantity:int needed_by:int urgency:int "
        "reason:int consignee:bytes body:bytes floor:int keeper:bytes keeper_division:int "
        f"grant_position:int made_at:int {_PLACE} accepted:int promised:int withdrawn_at:int "
        "withdrawn_by:bytes withdrawn_reason:int",
    ),
    "proposals": (
        "proposal_key",
        "proposal_key:bytes request:bytes giver:int quantity:int left:int anchor:bytes keeper:bytes "
        f"keeper_division:int grant_position:int made_at:int {_PLACE} lines:bytes state:int "
        "remaining:int approver:bytes approver_division:int approver_position:int approved_at:int "
        "usable:int floor:int reserved:int callable_from:int in_emergency:flag stale_reason:int "
        "closed_at:int closed_by:bytes closed_role:int closed_division:int closed_position:int "
        "closed_reason:int released:int",
    ),
    "consents": (
        "proposal_key",
        "proposal_key:bytes approver:bytes kind:int client_id:bytes occurred_at:bytes reason:int "
        "deadline:bytes body:bytes valid_until:bytes r:bytes vs:bytes",
    ),
    "deliveries": (
        "document_key",
        "document_key:bytes request:bytes proposal:bytes kind:int state:int quantity:int accepted:int "
        "shown_by:bytes shown_at:int answered_at:int reversed_at:int",
    ),
    "answers": (
        "document_key",
        "document_key:bytes delivery:bytes kind:int accepted:int shown_by:bytes shown_at:int",
    ),
    "reserved": ("site, item", "site:int item:int quantity:int"),
    "request_journals": ("request_key", "request_key:bytes journal:bytes"),
    "request_entries": (
        "request_key, sequence",
        "request_key:bytes sequence:int step:int about:bytes actor:bytes role:int division:int "
        "grant_position:int reason:int quantity:int accepted:int promised:int is_withdrawn:flag "
        f"recorded_at:int {_PLACE}",
    ),
}
"""Name: primary key, and the columns with their types, none of which may be null."""

INDEXES = {
    "norm_entries_by_time": ("norm_entries", ["recorded_at"]),
    "requests_by_site": ("requests", ["site", "needed_by"]),
    "proposals_by_request": ("proposals", ["request"]),
    "proposals_by_giver": ("proposals", ["giver", "state"]),
    "deliveries_by_request": ("deliveries", ["request"]),
    "answers_by_delivery": ("answers", ["delivery"]),
    "request_entries_by_time": ("request_entries", ["recorded_at"]),
}


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
            # Narrow rows lie in the tree of their key.
            sqlite_with_rowid=False,
        )
    for name, (table, indexed) in INDEXES.items():
        op.create_index(name, table, indexed)


def downgrade() -> None:
    """Drop the tables, and with them their indexes."""
    for name in reversed(TABLES):
        op.drop_table(name)
