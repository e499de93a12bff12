"""Headquarters' desk at its sizes: a large bank, many candidates, a day's packages."""

import io
import os
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from PIL import Image

from kiosk.bench.hq import many_papers
from kiosk.bench.hq.many_papers import ManyPapersFigures
from kiosk.bench.memory import anonymous_mb
from kiosk.exam.identity.identity_number import check_character
from kiosk.exam.items.item import Difficulty
from kiosk.exam.programme.programme import Programme
from kiosk.settings import read_text, read_toml, resource
from kiosk.system import SystemClock, entropy, new_id
from kiosk.vision.samples import sample_portrait
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.interchange import formats
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.core.progress import silent
from sync.hq.core.roles import FIRST_ACCOUNT
from sync.hq.imports.uploads import UploadedFile
from sync.hq.registration.candidate_file import read_candidates
from sync.hq.registration.portrait_files import archived_portraits
from sync.hq.services import HqServices, initialise, open_headquarters
from sync.hq.sittings import NewPaper, NewSitting
from sync.hq.web.app import create_app
from sync.hq.web.console import item_import
from sync.wire.sealing.certificate import make_request
from sync.wire.sealing.keys import KeyPair

STARTER, PROGRAMME = "carbon-manager", "desk-benchmark"
BY = "benchmark"
_MATERIALS = "报名审核表;身份证正反面照片;学历证复印件;学位证复印件;工作证明"
_QUOTAS = """[[examinations.quotas]]
difficulty = "difficult"
items = [25, 25]
[[examinations.quotas]]
difficulty = "easy"
points = [30, 40]
"""
_COLUMNS = "姓名,证件号码,学历,相关专业,相关工作年限,培训学时,已交材料"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Sizes:
    """The quantities to measure. ``together``: candidates of a sitting with many papers."""

    bank: int = 20_000
    items: int = 5_000
    candidates: int = 5_000
    packages: int = 200
    seats: int = 60
    together: int = 200


@dataclass(frozen=True)
class DeskFigures:
    """Seconds; ``rss_mb``: anonymous memory after a tenth of the packages and after all.

    ``preview_page_s``: the first page of the preview of the items.
    """

    assemble_s: float
    import_items_s: float
    preview_page_s: float
    import_candidates_s: float
    packages_s: float
    rss_mb: tuple[float, float]
    many_papers: ManyPapersFigures


def measure(sizes: Sizes, progress: Progress) -> DeskFigures:
    """Measure everything in one temporary headquarters."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "hq"
        initialise(data, entropy)
        hq = open_headquarters(data, SystemClock(), new_id, entropy)
        try:
            return _measure(hq, sizes, progress)
        finally:
            hq.close()


def _measure(hq: HqServices, sizes: Sizes, progress: Progress) -> DeskFigures:
    programme = hq.programmes.take(_hundred_items(), BY)
    progress(f"{sizes.items} items from a spreadsheet")
    items_s, page_s = _import_items(hq, programme, sizes.items)
    progress(f"A paper from {sizes.bank} items")
    assemble_s = _assemble(hq, programme, sizes)
    progress(f"{sizes.candidates} candidates with portraits")
    candidates_s = _import_candidates(hq, programme, sizes.candidates)
    progress(f"{sizes.packages} packages of {sizes.seats} candidates")
    packages_s, rss = _build_packages(hq, programme, sizes)
    progress(f"A package of many papers and {sizes.together} candidates")
    many = many_papers.measure(hq, sizes.together, _person)
    return DeskFigures(assemble_s, items_s, page_s, candidates_s, packages_s, rss, many)


def _hundred_items() -> str:
    """Return the carbon-emission manager's programme with a paper of 100 items and quotas."""
    text = read_text(resource(f"config/programmes/{STARTER}.toml"))
    text = text.replace(f'id = "{STARTER}"', f'id = "{PROGRAMME}"', 1)
    for per_domain, more in (("6", "8"), ("3", "5"), ("4", "6")):
        text = text.replace(f"per_domain = {per_domain}\n", f"per_domain = {more}\n", 1)
    text = text.replace("total = 150 ", "total = 200 ", 1)
    return text.replace("[scoring]", f"{_QUOTAS}\n[scoring]", 1)


def _import_items(hq: HqServices, programme: Programme, count: int) -> tuple[float, float]:
    """Return the seconds of an import at the console, and those of its preview's first page."""
    _, data = formats.write("xlsx", _many(programme, 0, count), {}, programme)
    client = _browser(hq)
    with _timed() as checked:
        files = {"file": UploadedFile("items.xlsx", data)}
        upload_id = hq.uploads.keep("items", files, {"programme": programme.id}, BY)
        item_import.check(hq, hq.uploads.get(upload_id, BY), BY, silent)
    with _timed() as page:
        _first_page(client, upload_id)
    with _timed() as stored:
        upload = hq.uploads.without_files(upload_id, BY)
        report = item_import.store(hq, upload, BY, everything=True, progress=silent)
        hq.uploads.forget(upload_id)
    if report["added"] != count:
        raise AssertionError(f"{report['added']} of {count} items were stored")
    return checked[0] + stored[0], page[0]


def _first_page(client: FlaskClient, upload_id: str) -> None:
    """Fetch the first page of a preview.

    Raises:
        AssertionError: it shows no item.
    """
    page = client.get(f"/imports/{upload_id}/preview")
    if 'name="chosen"' not in page.text:
        raise AssertionError(f"the preview answers {page.status}")


def _browser(hq: HqServices) -> FlaskClient:
    """Return a browser that is signed in."""
    password = entropy(9).hex()
    hq.accounts.create(BY, password, "command-line:benchmark", FIRST_ACCOUNT)
    client = create_app(hq).test_client()
    client.set_cookie("hq_session", hq.accounts.sign_in(BY, password, "").token)
    return client


def _assemble(hq: HqServices, programme: Programme, sizes: Sizes) -> float:
    _, data = formats.write(
        "gift", _many(programme, sizes.items, sizes.bank - sizes.items), {}, programme
    )
    more = formats.read("items.gift", data, programme)
    hq.item_import.store(hq.item_import.preview(programme, more), BY)
    sitting = _sitting(hq, "drawn")
    with _timed() as seconds:
        hq.papers.draw(sitting, 1, BY)
    return seconds[0]


def _many(programme: Programme, first: int, count: int) -> Sequence[BankItem]:
    """Return the starter bank repeated under new ids."""
    document = read_toml(resource(f"config/items/{STARTER}.toml"))
    drafts = read_document(document)[1].drafts
    steps = list(Difficulty)
    found = []
    for number in range(first, first + count):
        values = {**drafts[number % len(drafts)].values, "id": f"N{number:06}"}
        values["difficulty"] = steps[number // len(drafts) % len(steps)].value
        entry, _ = read_entry(values, programme)
        if entry is not None:
            found.append(entry)
    return found


def _import_candidates(hq: HqServices, programme: Programme, count: int) -> float:
    sitting = _sitting(hq, "registered")
    table, portraits = _applicants(0, count)
    with _timed() as seconds:
        _register(hq, programme, sitting, table, portraits)
    return seconds[0]


def _register(
    hq: HqServices, programme: Programme, sitting: str, table: bytes, portraits: bytes
) -> None:
    files = archived_portraits(portraits)
    found, problems = read_candidates(table, programme, hq.clock.now().date(), files)
    hq.applications.take(sitting, found, problems, BY)


def _applicants(first: int, count: int) -> tuple[bytes, bytes]:
    """Return a CSV file and a ZIP of portraits, with identity numbers that belong to no person."""
    lines, buffer = [_COLUMNS], io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for order in range(first, first + count):
            number, portrait = _person(order)
            lines.append(f"考生{order},{number},本科,是,6,36,{_MATERIALS}")
            archive.writestr(f"{number}.jpg", portrait)
    return "\n".join(lines).encode(), buffer.getvalue()


def _person(order: int) -> tuple[str, bytes]:
    """Return an identity number that belongs to no person, and a portrait."""
    digits = f"990001{1960 + order // 1000 % 40}0101{order % 1000:03}"
    return digits + check_character(digits), portrait(order)


def portrait(person: int) -> bytes:
    """Return a sample portrait of the usual size, made unique by a patch of noise."""
    noise = Image.frombytes("L", (64, 64), entropy(64 * 64))
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(sample_portrait(person))) as sample:
        shown = sample.convert("RGB").resize((295, 413))
    shown.paste(noise, (0, 0))
    shown.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def _build_packages(
    hq: HqServices, programme: Programme, sizes: Sizes
) -> tuple[float, tuple[float, float]]:
    sitting = _sitting(hq, "packages")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    centres = [f"C{number:04}" for number in range(sizes.packages)]
    for code in centres:
        request = make_request(code, code, KeyPair.generate(entropy), now)
        hq.centres.approve(request, BY)
        hq.registration.offer(sitting, code, sizes.seats, BY)
    _fill(hq, programme, sitting, sizes)
    hq.papers.draw(sitting, 1, BY)
    after_some = anonymous_mb(os.getpid())
    with _timed() as seconds:
        for number, code in enumerate(centres, start=1):
            hq.packages.build(sitting, code, BY)
            if number == max(1, len(centres) // 10):
                after_some = anonymous_mb(os.getpid())
    return seconds[0], (after_some, anonymous_mb(os.getpid()))


def _fill(hq: HqServices, programme: Programme, sitting: str, sizes: Sizes) -> None:
    """Let candidates apply, pass automatic checks, and get seats."""
    whole, at_once = sizes.packages * sizes.seats, 2000
    for first in range(0, whole, at_once):
        count = min(at_once, whole - first)
        _register(hq, programme, sitting, *_applicants(10_000 + first, count))
    for candidate, portrait in hq.people.unchecked(sitting):
        hq.people.note_findings(candidate, portrait, ())
    hq.registration.allocate(sitting, hq.applications.list(sitting), BY)


def _sitting(hq: HqServices, title: str) -> str:
    start = hq.clock.now() + timedelta(days=7)
    return hq.sittings.create(NewSitting(title, start, [NewPaper(PROGRAMME)]), BY).id


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Yield a list that receives the seconds when the block ends."""
    taken: list[float] = []
    start = time.monotonic()
    yield taken
    taken.append(time.monotonic() - start)
