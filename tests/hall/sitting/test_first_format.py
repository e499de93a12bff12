"""A package as version 0.2.0 builds it, with one paper and no rooms, is still used."""

import base64
from datetime import timedelta

from kiosk.store.exam import attempts
from kiosk.system import entropy, new_id
from sync.wire import canonical
from sync.wire.packages import archive, paperlock
from sync.wire.packages.contents import FormRule
from sync.wire.packages.manifest import INTERACTIVE, MEMBERS, Kdf, Manifest1, Member, SittingInfo1
from sync.wire.packages.unlock import normalise
from tests.centres import CENTRE, Site, candidates, carbon_manager, sat
from tests.hall.conftest import BY, SITTING, Room


def package_of_0_2_0(site: Site) -> bytes:
    """A sealed and signed package of the first format."""
    paper, programme = sat("P").paper, carbon_manager({}).model_dump(mode="json")
    known = candidates(2)
    roster = {
        "format": "exam-roster/1",
        "candidates": [one.model_dump(mode="json", exclude={"room", "paper"}) for one in known],
    }
    contents = {
        "format": "exam-paper/1",
        "paper": paper.model_dump(mode="json"),
        "form": FormRule(seed="ab" * 32).model_dump(mode="json"),
        "pictures": {},
    }
    package_id, paper_key = new_id(), entropy(paperlock.KEY_BYTES)
    bound_to = f"exam-paper/1 {package_id} 1".encode()
    members = {
        "roster.bin": site.centre.public.seal(canonical.dumps(roster)),
        "paper.bin": paperlock.encrypt(canonical.dumps(contents), paper_key, bound_to, entropy),
    }
    salt = base64.b64encode(entropy(paperlock.SALT_BYTES)).decode()
    manifest = Manifest1(
        min_software="0.2.0",
        package_id=package_id,
        version=1,
        programme=programme,
        programme_digest=canonical.digest(canonical.dumps(programme)),
        sitting=SittingInfo1(
            id=SITTING,
            title="2026年4月考试",
            starts_at=site.now + timedelta(minutes=30),
            duration_minutes=90,
            unlock_not_before=site.now - timedelta(hours=1),
        ),
        centre_code=CENTRE,
        not_before=site.now - timedelta(days=1),
        not_after=site.now + timedelta(days=30),
        kdf=Kdf(**INTERACTIVE.model_dump(), salt=salt),
        members=tuple(_entry(name, members.get(name, b"-")) for name in MEMBERS),
        hq_key_id=site.hq.public.key_id,
        created=site.now,
    )
    key = paperlock.derive(normalise(site.code), manifest.kdf)
    locked = paperlock.encrypt(paper_key, key, manifest.binding(), entropy)
    members["paper.key"] = site.centre.public.seal(locked)
    entries = tuple(_entry(name, members[name]) for name in MEMBERS)
    signed = canonical.dump_model(manifest.model_copy(update={"members": entries}))
    members |= {archive.MANIFEST: signed, archive.SIGNATURE: site.hq.sign(signed)}
    return archive.pack(members)


def _entry(name: str, data: bytes) -> Member:
    return Member.model_validate(
        {"name": name, "size": len(data), "sha256": canonical.digest(data)}
    )


def test_a_package_of_the_first_format_is_one_paper_in_one_room(room: Room, site: Site) -> None:
    view = room.hall.sittings.import_package(package_of_0_2_0(site), BY)
    assert [(one.id, one.minutes) for one in view.papers] == [("1", 90)]
    assert [one.id for one in view.rooms] == ["1"]
    room.hall.sittings.unlock(SITTING, site.code, BY)
    one = room.ready()
    room.hall.starts.start(SITTING, BY)
    shown = room.hall.attempts.view(one)
    assert (shown.room, shown.seat, round(room.left(one))) == ("", "A01", 90)
    assert len(shown.items) > 0
    stored = attempts.get(room.store.read(), one)
    assert stored is not None
    assert (stored.room, stored.paper) == ("1", "1")
    room.hall.ends.hand_in(one)
    room.hall.results.sweep()
    assert room.hall.sync.view().kinds["result"].waiting == 1
