"""Upkeep of headquarters: its own keys, moving its storage, backup and restore."""
