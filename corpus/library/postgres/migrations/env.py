"""What Alembic runs: the steps, in the transaction that it is given."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="askarticle_version")
context.run_migrations()
