"""The library on a server: PostgreSQL with pgvector. Loaded only where an address names one."""
