"""PDFs of certificates whose numbers are given: made by several processes, signed, stored sealed.

What fails is repeated: a certificate without a PDF stays on the list, and its number, statement
and date do not change.
"""

import io
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ClassVar

from PIL import Image
from sqlalchemy import Connection, select, update

from kiosk.exam.programme.programme import Programme
from sync.hq.certificates.contents import printed
from sync.hq.certificates.design import Design
from sync.hq.certificates.fonts import FontFiles, cut_down
from sync.hq.certificates.pages import Printed, typeset
from sync.hq.certificates.signing import SigningKey
from sync.hq.certificates.sources import Sources, exam_start, programme_of
from sync.hq.certificates.statements import qr_text
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import BlobDamaged, NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.certificate_tables import certificates
from sync.wire import canonical
from sync.wire.errors import WrongRecipient

CHUNK = 100
ALONE = 12
"""Up to this number this process makes them: starting others would take longer."""
_PORTRAIT_PIXELS = (413, 579)
"""35 × 49 mm at 300 dpi."""


@dataclass(frozen=True)
class Task:
    """One PDF to be made. ``fonts``: with its characters, and few others."""

    design: Design
    printed: Printed
    fonts: FontFiles


class CertificateMaking:
    """Makes the PDFs that are missing."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def make(self, progress: ProgressCallback = silent, only: Sequence[str] | None = None) -> int:
        """Make every missing PDF, or those of ``only``; return how many were made.

        Raises:
            SigningKeyMissing, SigningKeyUnusable, DesignMissing, NoFont: none can be made.
        """
        self._sources.signing_key()
        missing = self._missing()
        numbers = [number for number in missing if only is None or number in only]
        if not numbers:
            return 0
        with tempfile.TemporaryDirectory(prefix="certificates-") as folder:
            fonts = cut_down(self._sources.fonts, self._texts(numbers), Path(folder))
            with workers(self._sources.keys_folder, len(numbers)) as pool:
                done = 0
                for some, made in self._made(numbers, fonts, Path(folder), pool):
                    self._store(some, made)
                    done += len(some)
                    progress(done, len(numbers))
        return len(numbers)

    def _made(
        self, numbers: Sequence[str], fonts: FontFiles, folder: Path, pool: Executor
    ) -> Iterator[tuple[Sequence[str], Sequence[bytes]]]:
        """Yield PDFs by hundreds; while some are stored, the next ones are made."""
        before: tuple[Sequence[str], Iterator[bytes]] | None = None
        for start in range(0, len(numbers), CHUNK):
            some = numbers[start : start + CHUNK]
            tasks = self._tasks(some, fonts, folder / str(start))
            going = pool.map(make_pdf, tasks, chunksize=max(1, len(tasks) // 8))
            if before is not None:
                yield before[0], list(before[1])
            before = some, going
        if before is not None:
            yield before[0], list(before[1])

    def _missing(self) -> Sequence[str]:
        table = certificates
        query = select(table.c.number).where(table.c.object.is_(None)).order_by(table.c.position)
        with self._sources.context.database.read() as connection:
            return connection.execute(query).scalars().all()

    def _texts(self, numbers: Sequence[str]) -> Iterator[str]:
        """Yield every text of the certificates, without their portraits."""
        for start in range(0, len(numbers), CHUNK):
            for design, content in self._contents(numbers[start : start + CHUNK], portraits=False):
                yield from content.texts(design)

    def _store(self, numbers: Sequence[str], made: Sequence[bytes]) -> None:
        context = self._sources.context
        objects = context.blobs.put_all([context.keys.public.seal(pdf) for pdf in made])
        table = certificates
        with context.database.write() as connection:
            for number, pdf, name in zip(numbers, made, objects, strict=True):
                # Somebody else may have made it meanwhile: the first PDF is the certificate.
                mine = (table.c.number == number) & table.c.object.is_(None)
                values = {"object": name, "pdf_sha256": canonical.digest(pdf)}
                connection.execute(update(table).where(mine).values(**values))

    def _tasks(self, numbers: Sequence[str], fonts: FontFiles, folder: Path) -> Sequence[Task]:
        """Return tasks with fonts of their own: each PDF takes longer, the more characters."""
        contents = self._contents(numbers, portraits=True)
        folder.mkdir()
        texts = (text for design, content in contents for text in content.texts(design))
        own = cut_down(fonts, texts, folder)
        return [Task(design, content, own) for design, content in contents]

    def _contents(
        self, numbers: Sequence[str], *, portraits: bool
    ) -> Sequence[tuple[Design, Printed]]:
        with self._sources.context.database.read() as connection:
            reader = _Reader(connection, self._sources)
            rows = _rows(connection, numbers)
            found = [(row, reader.about(row)) for row in rows]
        contents = []
        for row, (programme, design, exam_on) in found:
            portrait = self._portrait(row["portrait"]) if portraits else None
            qr = qr_text(row["statement"], self._sources.origin)
            content = printed(row, row, exam_on, programme, design, qr, portrait)
            contents.append((design, content))
        return contents

    def _portrait(self, name: str | None) -> bytes | None:
        """Return the registered portrait, no larger than it is printed; None if it is gone."""
        if name is None:
            return None
        context = self._sources.context
        try:
            jpeg = context.keys.unseal(context.blobs.get(name))
        except (NotFound, BlobDamaged, WrongRecipient):
            return None
        with Image.open(io.BytesIO(jpeg)) as picture:
            if picture.width <= _PORTRAIT_PIXELS[0] and picture.height <= _PORTRAIT_PIXELS[1]:
                return jpeg
            picture.draft("RGB", _PORTRAIT_PIXELS)
            small = picture.convert("RGB")
        small.thumbnail(_PORTRAIT_PIXELS)
        output = io.BytesIO()
        small.save(output, "JPEG", quality=88)
        return output.getvalue()


class _Reader:
    """Reads programmes, designs and exam days, each once."""

    def __init__(self, connection: Connection, sources: Sources) -> None:
        self._connection, self._sources = connection, sources
        self._programmes: dict[tuple[str, int], Programme] = {}
        self._designs: dict[str, Design] = {}
        self._days: dict[str, Any] = {}

    def about(self, row: Mapping[str, Any]) -> tuple[Programme, Design, Any]:
        key = (row["programme_id"], row["programme_version"])
        if key not in self._programmes:
            self._programmes[key] = programme_of(self._connection, *key)
        if key[0] not in self._designs:
            self._designs[key[0]] = self._sources.design(key[0])
        sitting = row["sitting_id"]
        if sitting not in self._days:
            starts_at = exam_start(self._connection, sitting)
            self._days[sitting] = self._sources.local_day(starts_at)
        return self._programmes[key], self._designs[key[0]], self._days[sitting]


def _rows(connection: Connection, numbers: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    people = tables.candidates
    personal = (
        *("sex", "birth_date", "identity_no", "identity_type", "portrait", "portrait_sha256"),
    )
    query = (
        select(certificates, *(people.c[name] for name in personal))
        .join(people, people.c.id == certificates.c.candidate_id)
        .where(certificates.c.number.in_(numbers))
        .order_by(certificates.c.position)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


class _Worker:
    """What a process that makes PDFs loads once."""

    sign: ClassVar[Callable[[bytes, str], bytes]]


def _begin(folder: Path) -> None:
    # Here: it takes half a second, which commands that make no PDF do not have to wait.
    from sync.hq.certificates.pdf_signing import PdfSigning

    _Worker.sign = PdfSigning(SigningKey.load(folder)).sign


def make_pdf(task: Task) -> bytes:
    """Make and sign one PDF, in a process of :func:`workers`."""
    pdf = typeset(task.design, task.printed, task.fonts)
    return _Worker.sign(pdf, f"{task.design.title.zh} {task.printed.number}")


@contextmanager
def workers(folder: Path, tasks: int) -> Iterator[Executor]:
    """Open a pool with the key of a folder: one thread for few ``tasks``, else processes."""
    if tasks <= ALONE:
        _begin(folder)
        # A thread of its own: signing runs an event loop, and the caller's may have one already.
        with ThreadPoolExecutor(1) as alone:
            yield alone
        return
    # Not forked: this process has threads and connections.
    pool = ProcessPoolExecutor(
        os.cpu_count(), get_context("spawn"), initializer=_begin, initargs=(folder,)
    )
    with pool:
        yield pool
