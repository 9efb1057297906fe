"""What Alembic runs for each upgrade: it uses the connection, and the transaction, that `schema.upgrade` opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
