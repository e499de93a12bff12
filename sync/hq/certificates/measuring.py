"""How fast this machine makes certificates: the PDFs of invented people, signed, none stored."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import perf_counter

from PIL import Image

from kiosk.exam.ports import Entropy
from sync.hq.certificates.design import PLACEHOLDERS, Design, load_design
from sync.hq.certificates.fonts import cut_down, font_files
from sync.hq.certificates.making import CHUNK, Task, make_pdf, workers
from sync.hq.certificates.pages import Printed
from sync.hq.certificates.signing import create
from sync.hq.core.progress import ProgressCallback
from sync.hq.registration.tickets import find_font

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰"
_WHEN = datetime(2026, 5, 20, tzinfo=UTC)


def measure(count: int, entropy: Entropy, progress: ProgressCallback) -> float:
    """Make ``count`` certificates by all cores; return the seconds that it took.

    Raises:
        NoFont: no font with Chinese characters is installed.
    """
    began = perf_counter()
    with tempfile.TemporaryDirectory(prefix="certificates-") as name:
        folder = Path(name)
        create(folder, "measuring", _WHEN, entropy)
        contents = [_content(number, folder) for number in range(count)]
        fonts = cut_down(font_files(find_font()), _texts(contents), folder)
        with workers(folder, count) as pool:
            for start in range(0, count, CHUNK):
                chosen, place = contents[start : start + CHUNK], folder / str(start)
                place.mkdir()
                own = cut_down(fonts, _texts(chosen), place)
                some = [Task(design, content, own) for design, content in chosen]
                list(pool.map(make_pdf, some, chunksize=max(1, len(some) // 8)))
                progress(start + len(some), count)
    return perf_counter() - began


def _texts(contents: Sequence[tuple[Design, Printed]]) -> Iterator[str]:
    for design, content in contents:
        yield from content.texts(design)


def _content(number: int, folder: Path) -> tuple[Design, Printed]:
    design = load_design("carbon-skills", folder)
    family = _SURNAMES[number % len(_SURNAMES)]
    given = _GIVEN[number // 7 % len(_GIVEN)] + _GIVEN[number % len(_GIVEN)]
    values = {**dict.fromkeys(PLACEHOLDERS, "碳排放管理"), "name": family + given}
    picture = BytesIO()
    Image.effect_noise((413, 579), 40).convert("RGB").save(picture, "JPEG", quality=80)
    shown, parts = f"CS26-0000-{number:04}-0", [("基础理论知识 Basic theory", "42.5")]
    qr = f"https://hq.example.org/verify#{number:06}{'x' * 280}"
    printed = Printed(shown, values, parts, "87.5", qr, _WHEN, picture.getvalue())
    return design, printed
