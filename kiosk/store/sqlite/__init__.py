"""The database file: one writer, migrations, backup and rescue."""
