"""Pictures that somebody brings are attached only if seal, digest, attempt and incident agree."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from kiosk.exam.errors import ExamError
from kiosk.system import entropy
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import EventFilter
from sync.hq.core.counted import AttemptKey
from sync.hq.core.role_errors import RoleMissing
from sync.hq.errors import NotFound
from sync.hq.review.errors import PictureForeign
from sync.hq.review.incidents import READING
from sync.wire import canonical
from sync.wire.delivery.evidence import seal_evidence
from sync.wire.delivery.result import EvidenceRef
from sync.wire.errors import BadSignature, MediaDamaged, MediaEmpty, WireError
from sync.wire.exchange.container import ZipContainer, zip_parts
from sync.wire.exchange.handed_pictures import (
    LIST,
    HandedPicture,
    HandedPictures,
    picture_name,
    sign_list,
)
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import BY, CODE, NOW
from tests.hq.review.board import READER, REVIEWER, SECOND, Board, incident

PHONE = b"\xff\xd8 a phone \xff\xd9"
KEY = AttemptKey(CODE, "ATTEMPT1")


def sat(board: Board, *pictures: bytes) -> AttemptKey:
    """An attempt whose result names pictures, the first of them of a phone."""
    names = [canonical.digest(picture) for picture in pictures]
    shown = tuple(
        EvidenceRef(sha256=name, kind="frame", at=NOW, size=len(picture))
        for name, picture in zip(names, pictures, strict=True)
    )
    phone = incident("phone", evidence=tuple(names[:1]))
    return board.deliver(board.bundle([phone], evidence=shown))


@dataclass
class Stick:
    """A file as the centre writes it, with something changed."""

    board: Board
    pictures: Sequence[bytes] = (PHONE,)
    keys: KeyPair | None = None
    incident_id: str | None = "I-phone-0"
    listed: dict[str, Any] = field(default_factory=dict)
    altered: dict[str, bytes] = field(default_factory=dict)

    def container(self) -> ZipContainer:
        return ZipContainer(io.BytesIO(self.data()))

    def data(self) -> bytes:
        keys = self.keys or self.board.desk.keys
        hq = self.board.desk.hq.public_keys
        sealed = [seal_evidence(picture, CODE, keys, hq) for picture in self.pictures]
        rows = [
            HandedPicture(
                id=canonical.digest(picture),
                incident_id=self.incident_id,
                size=len(data),
                sha256=canonical.digest(data),
            )
            for picture, data in zip(self.pictures, sealed, strict=True)
        ]
        values: dict[str, Any] = {
            "centre_code": CODE,
            "sitting_id": self.board.desk.sitting,
            "attempt_id": "ATTEMPT1",
            "ground": "case",
            "reference": "2026-0001",
            "reason": "second review",
            "carrier": "Li Wen",
            "written_by": "command-line:chief",
            "written_at": NOW,
            "pictures": tuple(rows),
            **self.listed,
        }
        files = {
            **{picture_name(row.id): data for row, data in zip(rows, sealed, strict=True)},
            LIST: sign_list(HandedPictures(**values), keys),
            **self.altered,
        }
        return b"".join(zip_parts(files.items()))


def test_pictures_of_the_incident_are_attached_and_can_be_looked_at(board: Board) -> None:
    key = sat(board, PHONE)
    review, name = board.review, canonical.digest(PHONE)
    assert (
        review.attempts.facts(key).pictures.here,
        review.attempts.facts(key).pictures.missing,
    ) == (
        [],
        1,
    )
    done = review.handed_over.take(Stick(board).container(), REVIEWER)
    assert (done.key, done.pictures, done.new) == (key, 1, 1)
    assert review.attempts.facts(key).pictures.here == [name]
    assert review.attempts.picture(key, name, READER, READING) == PHONE
    (told,) = review.handed_over.of_attempt(key)
    assert (told.carrier, told.reference, told.cause, told.received_by, told.count) == (
        "Li Wen", "2026-0001", "second review", REVIEWER, 1,
    )  # fmt: skip


def test_attaching_again_changes_nothing_and_each_time_is_recorded(board: Board) -> None:
    key = sat(board, PHONE)
    for new in (1, 0):
        assert board.review.handed_over.take(Stick(board).container(), REVIEWER).new == new
    assert len(board.review.handed_over.of_attempt(key)) == 1
    chosen = EventFilter(kind=AuditKind.PICTURES_ATTACHED)
    assert len(board.desk.hq.audit_log.listed(chosen)) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"pictures": [b"\xff\xd8 another \xff\xd9"]},
        {"pictures": [PHONE, b"\xff\xd8 another \xff\xd9"]},
        {"incident_id": "I-phone-9"},
        {"listed": {"sitting_id": "OTHER"}},
    ],
)
def test_what_the_result_does_not_name_is_not_attached(
    board: Board, changed: dict[str, Any]
) -> None:
    key = sat(board, PHONE)
    with pytest.raises(PictureForeign):
        board.review.handed_over.take(Stick(board, **changed).container(), REVIEWER)
    assert board.review.attempts.facts(key).pictures.here == []


def test_a_picture_of_the_attempt_but_of_another_incident_is_not_attached(board: Board) -> None:
    other = b"\xff\xd8 check-in \xff\xd9"
    sat(board, PHONE, other)
    with pytest.raises(PictureForeign):
        board.review.handed_over.take(Stick(board, [other]).container(), REVIEWER)
    done = board.review.handed_over.take(
        Stick(board, [other], incident_id=None).container(), REVIEWER
    )
    assert done.new == 1


def test_keys_that_are_not_the_centres_open_nothing(board: Board) -> None:
    sat(board, PHONE)
    stranger = Stick(board, keys=KeyPair.generate(entropy))
    with pytest.raises(BadSignature):
        board.review.handed_over.take(stranger.container(), REVIEWER)


def test_an_altered_or_missing_picture_is_refused(board: Board) -> None:
    sat(board, PHONE)
    name = picture_name(canonical.digest(PHONE))
    with pytest.raises(MediaDamaged):
        board.review.handed_over.take(
            Stick(board, altered={name: b"x" * 900}).container(), REVIEWER
        )
    sealed = seal_evidence(PHONE, CODE, KeyPair.generate(entropy), board.desk.hq.public_keys)
    row = HandedPicture(
        id=canonical.digest(PHONE), incident_id="I-phone-0", size=len(sealed),
        sha256=canonical.digest(sealed),
    )  # fmt: skip
    forged = Stick(board, listed={"pictures": (row,)}, altered={name: sealed})
    with pytest.raises(WireError):
        board.review.handed_over.take(forged.container(), REVIEWER)
    assert board.review.handed_over.of_attempt(KEY) == []


def test_other_files_other_attempts_and_other_centres_are_refused(board: Board) -> None:
    sat(board, PHONE)
    take = board.review.handed_over.take
    with pytest.raises(MediaEmpty):
        take(ZipContainer(io.BytesIO(b"".join(zip_parts([("a.txt", b"a")])))), REVIEWER)
    with pytest.raises(MediaDamaged):
        take(ZipContainer(io.BytesIO(b"PK")), REVIEWER)
    with pytest.raises(PictureForeign):
        take(Stick(board).container(), REVIEWER, AttemptKey(CODE, "ATTEMPT2"))
    with pytest.raises(NotFound):
        take(Stick(board, listed={"attempt_id": "NOBODY"}).container(), REVIEWER)
    with pytest.raises(ExamError):
        take(Stick(board, listed={"centre_code": "XX99"}).container(), REVIEWER)


def test_only_reviewers_and_adjudicators_attach(board: Board) -> None:
    key = sat(board, PHONE)
    with pytest.raises(RoleMissing):
        board.review.handed_over.take(Stick(board).container(), READER)
    assert board.review.handed_over.take(Stick(board).container(), SECOND).key == key


def test_pictures_are_deleted_when_their_time_is_over_unless_a_case_needs_them(
    board: Board,
) -> None:
    key = sat(board, PHONE)
    board.review.handed_over.take(Stick(board).container(), REVIEWER)
    after = board.desk.clock.now() + timedelta(seconds=1)
    delete = board.review.handed_over.delete
    case = board.case(key)
    assert delete(after, [], BY) == 0
    assert delete(after - timedelta(days=1), [case.id], BY) == 0
    assert delete(after, [case.id], BY) == 1
    assert board.review.attempts.facts(key).pictures.here == []
