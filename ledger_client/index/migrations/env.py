"""Run by alembic for every command: the connection comes from `ledger_client.index.schema`."""

from alembic import context

from ledger_client.index.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot change a table in place: alembic makes a new one and copies.
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()
