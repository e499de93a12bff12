"""Item files in formats of other systems, read and written.

Each module reads one format into a :class:`~sync.hq.authoring.parsed.Parsed` and writes items
in it; :mod:`~sync.hq.authoring.interchange.formats` knows them all.
"""
