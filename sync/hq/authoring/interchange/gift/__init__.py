"""GIFT, Moodle's text format (docs.moodle.org, "GIFT format"): choice, true/false, written.

An item's id and tags are in the comment before it (``// [id:X] [tag:domain:policy]``). The
general feedback has the mark scheme of a written item, or the rationale of any other.
"""

from sync.hq.authoring.interchange.gift.reading import read
from sync.hq.authoring.interchange.gift.writing import write

__all__ = ["read", "write"]
