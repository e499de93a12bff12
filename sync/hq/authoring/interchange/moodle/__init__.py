"""Moodle XML (docs.moodle.org, "Moodle XML format"): choice, true/false and written questions."""

from sync.hq.authoring.interchange.moodle.reading import read
from sync.hq.authoring.interchange.moodle.writing import write

__all__ = ["read", "write"]
