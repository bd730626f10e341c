"""Runs the migrations on the connection that `assistant.storage` holds: in its transaction, under its lock."""

from alembic import context

from assistant.storage import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
