"""Exam packages: what a centre accepts, and all that it refuses."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk import __version__
from kiosk.exam.programme.programme import Programme
from sync.wire import canonical
from sync.wire.errors import (
    BadSignature,
    MistypedUnlockCode,
    OldVersion,
    OutOfWindow,
    PackageDamaged,
    PackageTooLarge,
    SoftwareTooOld,
    UnsupportedFormat,
    WireError,
    WrongCentre,
    WrongRecipient,
    WrongUnlockCode,
)
from sync.wire.model import FIRST
from sync.wire.packages import archive
from sync.wire.packages.contents import FormRule, PaperContents, Roster
from sync.wire.packages.manifest import (
    INTERACTIVE,
    MIN_SOFTWARE,
    KdfLimits,
    require_software,
)
from sync.wire.packages.package import OpenedPackage, PackageContents, build_package, open_package
from sync.wire.packages.unlock import new_code
from sync.wire.sealing.keys import KeyPair
from tests.wire.conftest import ANY, NOW, QUICK, stream


def opened(data: bytes | Path, centre: KeyPair, hq: KeyPair, **changes: object) -> OpenedPackage:
    settings: dict[str, object] = {"centre_code": "BJ-001", "now": NOW, "bounds": ANY, **changes}
    return open_package(data, centre, hq.public, **settings)  # type: ignore[arg-type]


def members_of(package: bytes) -> dict[str, bytes]:
    return archive.unpack(package)


def resigned(package: bytes, hq: KeyPair, **changes: object) -> bytes:
    """The package with another manifest that headquarters itself has signed."""
    members = members_of(package)
    manifest = canonical.loads(members[archive.MANIFEST]) | changes
    members[archive.MANIFEST] = canonical.dumps(manifest)
    members[archive.SIGNATURE] = hq.sign(members[archive.MANIFEST])
    return archive.pack(members)


def test_roster_and_sitting_can_be_read_while_the_paper_is_shut(
    package: bytes, contents: PackageContents, centre: KeyPair, hq: KeyPair
) -> None:
    package_seen = opened(package, centre, hq)
    assert package_seen.roster == contents.roster
    assert package_seen.manifest.sitting == contents.sitting
    assert list(package_seen.programmes.values()) == list(contents.programmes)


def test_a_package_opens_from_a_file_too(
    package: bytes, centre: KeyPair, hq: KeyPair, tmp_path: Path
) -> None:
    path = tmp_path / "sitting.exam"
    path.write_bytes(package)
    assert opened(path, centre, hq) == opened(package, centre, hq)


def test_the_unlock_code_opens_the_paper(
    package: bytes, contents: PackageContents, centre: KeyPair, hq: KeyPair, code: str
) -> None:
    package_seen = opened(package, centre, hq)
    key = package_seen.unlock(code.lower().replace("-", " "), centre)
    assert package_seen.papers(key) == contents.papers


def test_each_candidate_has_a_form_of_their_own_that_is_always_the_same(
    contents: PackageContents,
) -> None:
    paper = contents.papers.paper(FIRST)
    seeds = {paper.form.seed_for(f"C{number}") for number in range(50)}
    assert len(seeds) == 50
    assert contents.papers.paper(FIRST).form_for("C1") == contents.papers.paper(FIRST).form_for(
        "C1"
    )


def test_nothing_of_roster_or_paper_is_readable_in_the_file(package: bytes) -> None:
    for secret in ("张三", "下列哪一项正确", "1101011990010100"):
        assert secret.encode() not in package


def test_a_key_cannot_be_put_into_a_paper(contents: PackageContents) -> None:
    value = contents.papers.model_dump(mode="json")
    value["papers"][0]["paper"]["items"][0]["key"] = ["A"]
    with pytest.raises(ValidationError):
        PaperContents.model_validate(value)


def test_another_code_does_not_open_the_paper(package: bytes, centre: KeyPair, hq: KeyPair) -> None:
    with pytest.raises(WrongUnlockCode):
        opened(package, centre, hq).unlock(new_code(stream("another")), centre)


def test_a_mistyped_code_is_told_from_a_wrong_one(
    package: bytes, centre: KeyPair, hq: KeyPair
) -> None:
    with pytest.raises(MistypedUnlockCode):
        opened(package, centre, hq).unlock("0000-0000-0000-0001", centre)


def test_the_code_alone_opens_nothing(
    package: bytes, centre: KeyPair, hq: KeyPair, stranger: KeyPair, code: str
) -> None:
    with pytest.raises(WrongRecipient):
        opened(package, centre, hq).unlock(code, stranger)


def test_a_code_opens_no_other_version_of_the_package(
    contents: PackageContents, centre: KeyPair, hq: KeyPair, code: str
) -> None:
    def built(version: int) -> bytes:
        return build_package(
            replace(contents, version=version),
            hq,
            centre.public,
            code,
            stream("same"),
            NOW,
            limits=QUICK,
        )

    # The same randomness and the same code; the lock of version 2 put into version 3.
    old, new = members_of(built(2)), members_of(built(3))
    new["paper.key"] = old["paper.key"]
    entries = canonical.loads(new[archive.MANIFEST])["members"]
    entries[2]["sha256"] = canonical.digest(old["paper.key"])
    mixed = resigned(archive.pack(new), hq, members=entries)
    with pytest.raises(WrongUnlockCode):
        opened(mixed, centre, hq).unlock(code, centre)


def test_another_paper_key_opens_nothing(package: bytes, centre: KeyPair, hq: KeyPair) -> None:
    with pytest.raises(PackageDamaged):
        opened(package, centre, hq).papers(bytes(32))


def test_every_changed_byte_of_the_manifest_is_found(
    package: bytes, centre: KeyPair, hq: KeyPair
) -> None:
    members = members_of(package)
    good = members[archive.MANIFEST]
    for place in range(len(good)):
        flipped = good[:place] + bytes([good[place] ^ 1 << place % 8]) + good[place + 1 :]
        with pytest.raises(BadSignature):
            opened(archive.pack({**members, archive.MANIFEST: flipped}), centre, hq)


def test_two_thousand_flips_anywhere_in_the_file_are_found(
    package: bytes, centre: KeyPair, hq: KeyPair
) -> None:
    choose = stream("flips")
    for _ in range(2000):
        place, bit = int.from_bytes(choose(4)) % len(package), 1 << choose(1)[0] % 8
        bad = package[:place] + bytes([package[place] ^ bit]) + package[place + 1 :]
        with pytest.raises(WireError):
            opened(bad, centre, hq)


def test_every_truncation_is_found(package: bytes, centre: KeyPair, hq: KeyPair) -> None:
    for length in range(0, len(package), 7):
        with pytest.raises(PackageDamaged):
            opened(package[:length], centre, hq)


@pytest.mark.parametrize("edge", ["before", "behind", "comment"])
def test_bytes_around_the_archive_are_found(
    package: bytes, centre: KeyPair, hq: KeyPair, edge: str
) -> None:
    if edge == "comment":
        padded = package[:-2] + b"\x01\x00x"
    else:
        padded = b"x" + package if edge == "before" else package + b"x"
    with pytest.raises(PackageDamaged):
        opened(padded, centre, hq)


def zipped(entries: list[tuple[str, bytes]], kind: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as file:
        for name, data in entries:
            file.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "../paper.bin",
        "/paper.bin",
        "a/paper.bin",
        "PAPER.BIN",
        "paper.bin\x00",
        "paper.bin/",
        "C:x",
    ],
)
def test_any_other_member_name_is_refused(
    package: bytes, centre: KeyPair, hq: KeyPair, name: str
) -> None:
    entries = [
        (name if member == "paper.bin" else member, data)
        for member, data in members_of(package).items()
    ]
    with pytest.raises(PackageDamaged):
        opened(zipped(entries), centre, hq)


def test_an_additional_member_is_refused(package: bytes, centre: KeyPair, hq: KeyPair) -> None:
    entries = [*members_of(package).items(), ("notes.txt", b"")]
    with pytest.raises(PackageDamaged):
        opened(zipped(entries), centre, hq)


def test_a_doubled_member_is_refused(package: bytes, centre: KeyPair, hq: KeyPair) -> None:
    entries = [*members_of(package).items(), ("paper.key", b"x")]
    with pytest.warns(UserWarning, match="Duplicate"):
        doubled = zipped(entries)
    with pytest.raises(PackageDamaged):
        opened(doubled, centre, hq)


def test_compressed_members_are_refused_without_unpacking_them(
    package: bytes, centre: KeyPair, hq: KeyPair
) -> None:
    entries = list({**members_of(package), "paper.bin": bytes(64 << 20)}.items())
    with pytest.raises(PackageDamaged, match="compressed"):
        opened(zipped(entries, zipfile.ZIP_DEFLATED), centre, hq)


@pytest.mark.parametrize("name", ["manifest.json", "paper.key", "manifest.sig"])
def test_oversize_members_are_refused(
    package: bytes, centre: KeyPair, hq: KeyPair, name: str
) -> None:
    big = bytes(archive.SIZE_LIMITS[name] + 1)
    with pytest.raises(PackageTooLarge, match=name):
        opened(archive.pack({**members_of(package), name: big}), centre, hq)


def test_an_oversize_file_is_not_read_to_its_end(
    centre: KeyPair, hq: KeyPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1000)
    path = tmp_path / "huge.exam"
    path.write_bytes(bytes(5000))
    with pytest.raises(PackageTooLarge, match="1001 bytes"):
        opened(path, centre, hq)


def test_a_missing_file_is_a_clear_error(centre: KeyPair, hq: KeyPair, tmp_path: Path) -> None:
    with pytest.raises(PackageDamaged, match="No such file"):
        opened(tmp_path / "none.exam", centre, hq)


def test_another_centre_is_refused(package: bytes, centre: KeyPair, hq: KeyPair) -> None:
    with pytest.raises(WrongCentre, match="BJ-001"):
        opened(package, centre, hq, centre_code="SH-001")


def test_the_right_code_with_another_centres_keys_is_refused(
    package: bytes, stranger: KeyPair, hq: KeyPair
) -> None:
    with pytest.raises(WrongRecipient):
        opened(package, stranger, hq)


def test_another_headquarters_is_refused(
    package: bytes, centre: KeyPair, stranger: KeyPair
) -> None:
    with pytest.raises(BadSignature):
        opened(package, centre, stranger)


def test_the_window_holds_at_its_edges(
    package: bytes, contents: PackageContents, centre: KeyPair, hq: KeyPair
) -> None:
    opened(package, centre, hq, now=contents.not_before)
    opened(package, centre, hq, now=contents.not_after)
    second = timedelta(seconds=1)
    for outside in (contents.not_before - second, contents.not_after + second):
        with pytest.raises(OutOfWindow):
            opened(package, centre, hq, now=outside)


def test_a_lower_version_than_seen_before_is_refused(
    package: bytes, centre: KeyPair, hq: KeyPair
) -> None:
    opened(package, centre, hq, min_version=2)
    with pytest.raises(OldVersion, match="version 2; version 3"):
        opened(package, centre, hq, min_version=3)


def test_the_high_water_mark_can_be_asked_for_by_sitting(
    package: bytes, centre: KeyPair, hq: KeyPair
) -> None:
    opened(package, centre, hq, min_version={"S2": 9}.get)
    with pytest.raises(OldVersion):
        opened(package, centre, hq, min_version={"S1": 9}.get)


@pytest.mark.parametrize(
    "limits",
    [
        KdfLimits(opslimit=1, memlimit=64 << 20),
        KdfLimits(opslimit=2, memlimit=8192),
        KdfLimits(opslimit=9, memlimit=64 << 20),
        KdfLimits(opslimit=2, memlimit=2 << 30),
    ],
)
def test_limits_out_of_bounds_are_refused_before_any_work(
    package: bytes, centre: KeyPair, hq: KeyPair, limits: KdfLimits
) -> None:
    manifest = canonical.loads(members_of(package)[archive.MANIFEST])
    kdf = manifest["kdf"] | limits.model_dump()
    with pytest.raises(PackageDamaged, match="bounds"):
        open_package(resigned(package, hq, kdf=kdf), centre, hq.public, "BJ-001", NOW)


def test_the_least_limits_that_a_centre_accepts_do_open(
    contents: PackageContents, centre: KeyPair, hq: KeyPair, code: str
) -> None:
    data = build_package(contents, hq, centre.public, code, stream("real"), NOW, limits=INTERACTIVE)
    package_seen = open_package(data, centre, hq.public, "BJ-001", NOW)
    assert package_seen.papers(package_seen.unlock(code, centre)) == contents.papers


def test_a_newer_format_is_named(package: bytes, centre: KeyPair, hq: KeyPair) -> None:
    with pytest.raises(UnsupportedFormat, match="exam-package/3"):
        opened(resigned(package, hq, format="exam-package/3"), centre, hq)


@pytest.mark.parametrize(
    "change",
    [
        {"additional": 1},
        {"members": []},
        {"version": 0},
        {"programmes": []},
        {"package_id": "../x"},
    ],
)
def test_a_signed_manifest_still_has_to_make_sense(
    package: bytes, centre: KeyPair, hq: KeyPair, change: dict[str, object]
) -> None:
    with pytest.raises(PackageDamaged):
        opened(resigned(package, hq, **change), centre, hq)


@pytest.mark.parametrize("name", ["roster.bin", "paper.bin", "paper.key"])
def test_a_member_of_another_package_is_found(
    package: bytes, contents: PackageContents, centre: KeyPair, hq: KeyPair, code: str, name: str
) -> None:
    other = build_package(contents, hq, centre.public, code, stream("o"), NOW, limits=QUICK)
    mixed = {**members_of(package), name: members_of(other)[name]}
    with pytest.raises(PackageDamaged, match=name):
        opened(archive.pack(mixed), centre, hq)


def test_a_candidate_who_stands_twice_is_refused(
    contents: PackageContents, centre: KeyPair, hq: KeyPair, code: str
) -> None:
    twice = Roster(candidates=contents.roster.candidates[:1] * 2)
    data = build_package(
        replace(contents, roster=twice), hq, centre.public, code, stream("t"), NOW, limits=QUICK
    )
    with pytest.raises(PackageDamaged, match="twice"):
        opened(data, centre, hq)


def test_a_programme_travels_whole(
    package: bytes, programme: Programme, centre: KeyPair, hq: KeyPair
) -> None:
    assert opened(package, centre, hq).manifest.load_programmes() == {programme.id: programme}


def test_a_form_seed_has_thirty_two_bytes() -> None:
    with pytest.raises(ValidationError):
        FormRule(seed="ab")


def test_the_archive_is_the_same_bytes_on_every_python() -> None:
    """Reading compares byte for byte, so the writer must not change between versions."""
    fixed = archive.pack({name: name.encode() for name in archive.NAMES})
    known = "a5fdef63dd807b23db518e8ed323a8cfc8c0338bb0a266f641049cc4fa9ab1f3"
    assert canonical.digest(fixed) == known


# --- the version of the software


def test_a_package_says_which_version_of_the_software_understands_it(
    package: bytes, centre: KeyPair, hq: KeyPair
) -> None:
    assert opened(package, centre, hq, software=MIN_SOFTWARE).manifest.min_software == MIN_SOFTWARE


def test_this_version_opens_what_it_makes() -> None:
    require_software({"min_software": MIN_SOFTWARE}, __version__)


@pytest.mark.parametrize(
    ("needed", "installed"),
    [("0.2.1", "0.2.0"), ("0.10.0", "0.9.0"), ("1.0", "0.99.9"), ("0.3.0", "0.3.0rc1")],
)
def test_a_package_for_newer_software_is_refused_with_both_versions(
    package: bytes, centre: KeyPair, hq: KeyPair, needed: str, installed: str
) -> None:
    with pytest.raises(SoftwareTooOld) as refused:
        opened(resigned(package, hq, min_software=needed), centre, hq, software=installed)
    assert refused.value.params == {"needed": needed, "installed": installed}
    assert f"needs version {needed}" in str(refused.value)


RELEASES = st.lists(st.integers(0, 30), min_size=2, max_size=4).map(tuple)


@given(RELEASES, RELEASES)
def test_versions_are_compared_number_by_number(
    needed: tuple[int, ...], installed: tuple[int, ...]
) -> None:
    named, there = (".".join(map(str, release)) for release in (needed, installed))
    padded = [release + (0,) * (4 - len(release)) for release in (needed, installed)]
    try:
        require_software({"min_software": named}, there)
    except SoftwareTooOld:
        assert padded[0] > padded[1]
    else:
        assert padded[0] <= padded[1]


@pytest.mark.parametrize(
    "text", ["", "1", "v1.0", "1.0a1", "1.0\n", "１.０", "1.0.0.0.0", "9" * 5000, 2, None, ["1.0"]]
)
def test_what_is_no_version_is_refused(
    package: bytes, centre: KeyPair, hq: KeyPair, text: object
) -> None:
    with pytest.raises(PackageDamaged, match="min_software"):
        opened(resigned(package, hq, min_software=text), centre, hq)


def test_a_manifest_without_a_version_is_refused(
    package: bytes, centre: KeyPair, hq: KeyPair
) -> None:
    members = members_of(package)
    manifest = canonical.loads(members[archive.MANIFEST])
    del manifest["min_software"]
    members[archive.MANIFEST] = canonical.dumps(manifest)
    members[archive.SIGNATURE] = hq.sign(members[archive.MANIFEST])
    with pytest.raises(PackageDamaged, match="min_software"):
        opened(archive.pack(members), centre, hq)


@pytest.mark.parametrize(
    "later",
    [{"format": "exam-package/9"}, {"seats": [1]}, {"members": "elsewhere"}, {"kdf": None}],
)
def test_the_version_is_read_before_what_this_software_cannot_know(
    package: bytes, centre: KeyPair, hq: KeyPair, later: dict[str, object]
) -> None:
    with pytest.raises(SoftwareTooOld):
        opened(resigned(package, hq, min_software="99.0", **later), centre, hq)


def test_the_version_is_read_from_an_archive_with_members_of_a_later_format(
    package: bytes, centre: KeyPair, hq: KeyPair
) -> None:
    members = members_of(resigned(package, hq, min_software="99.0"))
    entries = [("sounds.bin", b"x"), *members.items()]
    with pytest.raises(SoftwareTooOld):
        opened(zipped(entries), centre, hq)


def test_the_version_counts_only_when_headquarters_signed_it(
    package: bytes, centre: KeyPair, hq: KeyPair, stranger: KeyPair
) -> None:
    with pytest.raises(BadSignature):
        opened(resigned(package, stranger, min_software="99.0"), centre, hq)
