"""The steps from an empty database to the schema of tables.py; never back, never changed after a release."""
