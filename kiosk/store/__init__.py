"""The centre's storage: SQLite through sqlite-utils, and sealed files beside it.

All SQL of the centre is in this package. Functions that accept a ``Database`` either read, or
write inside a job of :class:`kiosk.store.sqlite.database.Store`.
"""
