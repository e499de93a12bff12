"""Steps from one form of the tables to the next. How to add one: docs/headquarters-storage.md."""
