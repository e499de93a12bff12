"""Files that wait for a decision: gone once it was made, and not before."""

import pytest
from sqlalchemy import event

from sync.hq.errors import NotFound
from sync.hq.imports.uploads import UploadedFile
from tests.hq.desk import BY, Desk

FILES = {"file": UploadedFile("items.csv", b"the file")}


class Refused(Exception):
    """The database does not commit."""


def kept(desk: Desk) -> str:
    return desk.hq.uploads.keep("items", FILES, {}, BY)


def test_a_forgotten_upload_is_gone_with_its_file(desk: Desk) -> None:
    before = set(desk.hq.storage.blobs.names())
    upload = kept(desk)
    desk.hq.uploads.forget(upload)
    with pytest.raises(NotFound):
        desk.hq.uploads.get(upload, BY)
    assert set(desk.hq.storage.blobs.names()) == before


def test_an_upload_that_could_not_be_forgotten_still_has_its_file(desk: Desk) -> None:
    upload = kept(desk)

    def refuse(*_: object) -> None:
        raise Refused

    with desk.hq.uploads._context.database.write() as connection:
        engine = connection.engine
    event.listen(engine, "commit", refuse)
    try:
        with pytest.raises(Refused):
            desk.hq.uploads.forget(upload)
    finally:
        event.remove(engine, "commit", refuse)
    assert desk.hq.uploads.get(upload, BY).files == FILES
