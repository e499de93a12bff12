"""Migrations between versions of the tables. How to add one: docs/headquarters-storage.md."""
