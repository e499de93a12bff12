"""How long the desk labels of a large sitting take, each with a portrait of its own."""

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from kiosk.bench.hq.desk import portrait
from kiosk.printing.documents import Card, Cards, Document, Label, Page
from kiosk.printing.fonts import find_font
from kiosk.printing.process import make_pdf

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰"


@dataclass(frozen=True)
class PrintFigures:
    """Seconds: see ``kiosk bench prints --help``. ``kb``: of the PDF."""

    labels_s: float
    labels_cpu_s: float
    kb: float


def measure(count: int) -> PrintFigures:
    """Make that many desk labels.

    Raises:
        NoFont: no font with Chinese characters is installed.
    """
    document, font = labels([portrait(number) for number in range(count)]), find_font()
    used, began = _used(), time.perf_counter()
    pdf = make_pdf(document, font)
    return PrintFigures(time.perf_counter() - began, _used() - used, len(pdf) / 1000)


def labels(portraits: Sequence[bytes]) -> Document:
    """Return desk labels of invented people with these portraits."""
    cards = [
        Card(
            seat=f"A{number:02d}",
            name=_name(number),
            number=f"2026A{number:04d}",
            lines=("第一考场", "碳排放管理 · 高级", "2026年4月考试"),
            portrait=jpeg,
        )
        for number, jpeg in enumerate(portraits, start=1)
    ]
    return Document(
        title=Label(zh="座位标签", en="Desk labels"),
        about="",
        foot="",
        made_at=datetime(2026, 4, 25, tzinfo=UTC),
        pages=(Page(blocks=(Cards(cards=tuple(cards)),)),),
    )


def _name(number: int) -> str:
    given = _GIVEN[number % len(_GIVEN)] + _GIVEN[number // 7 % len(_GIVEN)]
    return _SURNAMES[number % len(_SURNAMES)] + given


def _used() -> float:
    """Return the processor time of the processes that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
