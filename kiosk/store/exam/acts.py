"""Acts of staff that must not be done twice, such as giving time, by ids that pages draw.

Whoever gets no reply sends the same again.
"""

from datetime import datetime

from sqlite_utils import Database

from kiosk.store.errors import DoneOtherwise
from kiosk.store.rows import one
from kiosk.store.times import to_text


def is_first(db: Database, sitting_id: str, act_id: str, what: str, at: datetime) -> bool:
    """Store that an act is done; return whether that is new. Part of the act's transaction.

    Raises:
        DoneOtherwise: something else was done under this id.
    """
    known = one(db, "SELECT what FROM acts WHERE sitting_id = ? AND id = ?", [sitting_id, act_id])
    if known is None:
        row = {"sitting_id": sitting_id, "id": act_id, "what": what, "at": to_text(at)}
        db.table("acts").insert(row)
    elif known["what"] != what:
        raise DoneOtherwise()
    return known is None
