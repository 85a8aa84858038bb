"""The steps from one version of a server's tables to the next, by Alembic."""
