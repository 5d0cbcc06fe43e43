"""How Alembic reaches the database: by the connection that it is given, in the transaction that is open there."""

from alembic import context

from kling.store.tables import metadata


def is_ours(name: str | None, kind: str, _: object) -> bool:
    """The same database holds the tables of DBOS, and perhaps of others."""
    return kind != "table" or bool(name and name.startswith("kling_"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=context.config.attributes["version_table"],
    include_name=is_ours,
    render_as_batch=True,  # SQLite changes a column only by making its table anew
)
context.run_migrations()
