"""The store's database: one set of statements for SQLite and PostgreSQL, through SQLAlchemy Core.

Read in this order: tables (the schema as it is now), engine (connections and their durability), schema and
migrations (how a database gets there), contents (which blobs are in use), quarantine, audit. Imported by the
keeper and by commands only: SQLAlchemy takes half a second and tens of megabytes, which no worker pays.
"""
