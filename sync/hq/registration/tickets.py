"""Admission tickets as a PDF with one page for each candidate.

The text needs an installed font with Chinese characters. A name with a character that the font
lacks is reported: the ticket would show an empty box instead.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from fontTools.ttLib import TTCollection, TTFont
from fpdf import FPDF
from fpdf.fonts import TTFFont

from kiosk.exam.programme.programme import Programme
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import HqError
from sync.hq.sittings import SittingPaper, SittingView

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)
"""Paths at which Debian installs fonts with Chinese characters."""

_CHINESE_MAINLAND = "SC"
_SEXES = {"male": "男", "female": "女", None: ""}
_PORTRAIT = 35.0, 49.0
_LEFT, _RIGHT, _LABEL = 20.0, 190.0, 34.0
_RULES = (
    "请携带本人有效身份证件原件，证件信息须与本准考证一致。",
    "开考 %(late)s 分钟后不得入场；开考 %(earliest)s 分钟内不得交卷。",
    "考点现场抽签排座的，座位以抽签结果为准。",
    "考试全程开启摄像头并进行人脸识别，不得佩戴口罩、帽子、墨镜和耳机。",
    "手机等电子设备、书籍资料一律不得带入考场；离开摄像头范围将记为异常情况，由人工审核认定。",
    "Bring the identity document named above. No entry %(late)s minutes after the start. "
    "The camera is on during the whole exam; no mask, hat, dark glasses or headphones.",
)


class NoFont(HqError):
    """No font with Chinese characters was found."""

    code = "hq_no_font"
    message = (
        "No font with Chinese characters was found. Install fonts-noto-cjk, or name one in "
        "hq.toml, [tickets] font."
    )


@dataclass(frozen=True)
class Holder:
    """The data of one candidate's ticket; ``portrait`` is JPEG."""

    name: str
    sex: str | None
    identity_no: str
    admission_no: str
    room: str
    seat: str
    paper: str
    centre_name: str
    centre_address: str
    extra_minutes: int = 0
    portrait: bytes | None = None


@dataclass(frozen=True)
class Tickets:
    """The PDF, and the characters that the font lacks, by admission number."""

    pdf: bytes
    missing: Mapping[str, str]


def make_tickets(
    sitting: SittingView,
    programmes: Mapping[str, Programme],
    holders: Sequence[Holder],
    zone: ZoneInfo,
    font: Path | None = None,
    progress: ProgressCallback = silent,
) -> Tickets:
    """Set one page for each holder. ``programmes``: by the ids of the sitting's papers.

    Raises:
        NoFont: no font was configured or found.
    """
    path = font or find_font()
    page = _Page(path)
    facts = {
        paper.id: _facts(sitting, paper, programmes[paper.id], zone) for paper in sitting.papers
    }
    missing: dict[str, str] = {}
    for number, holder in enumerate(holders, start=1):
        rules = _rules(programmes[holder.paper])
        page.ticket(sitting.title, holder, facts[holder.paper], rules)
        lacking = page.lacking(holder.name + holder.centre_name + holder.centre_address)
        if lacking:
            missing[holder.admission_no] = lacking
        if number % 20 == 0 or number == len(holders):
            progress(number, len(holders))
    return Tickets(page.output(), missing)


def find_font() -> Path:
    """Return the first of :data:`FONTS` that exists.

    Raises:
        NoFont: none does.
    """
    for name in FONTS:
        if Path(name).is_file():
            return Path(name)
    raise NoFont


def _facts(
    sitting: SittingView, paper: SittingPaper, programme: Programme, zone: ZoneInfo
) -> list[tuple[str, str]]:
    """Return the lines that are the same on every ticket of a paper."""
    start = sitting.starts_at.astimezone(zone)
    end = start + timedelta(minutes=paper.duration_minutes)
    facts = [("考试 Exam", programme.title.zh)]
    for label, names, chosen in (
        ("工种 Trade", programme.trades, paper.trade),
        ("等级 Level", programme.levels, paper.level),
    ):
        facts += [(label, name.name.zh) for name in names if name.id == chosen]
    return [*facts, ("时间 Time", _when(start, end))]


def _when(start: datetime, end: datetime) -> str:
    weekday = "一二三四五六日"[start.weekday()]
    return f"{start:%Y}年{start.month}月{start.day}日（星期{weekday}）{start:%H:%M}–{end:%H:%M}"


def _rules(programme: Programme) -> list[str]:
    times = {
        "late": programme.time.late_entry_minutes,
        "earliest": programme.time.earliest_hand_in_minutes,
    }
    return [f"{number}. {rule % times}" for number, rule in enumerate(_RULES, start=1)]


class _Page:
    """Typesets tickets on A4; lengths in millimetres."""

    def __init__(self, font: Path) -> None:
        self._pdf = FPDF(format="A4")
        self._pdf.set_auto_page_break(auto=False)
        number = _face(font)
        self._pdf.add_font("text", fname=font, collection_font_number=number)
        with TTFont(font, fontNumber=number, lazy=True) as characters:
            self._known = frozenset(characters.getBestCmap())

    def lacking(self, text: str) -> str:
        """Return the characters of a text that the font lacks."""
        return "".join(sorted({char for char in text if ord(char) not in self._known}))

    def output(self) -> bytes:
        """Return the PDF and close the font."""
        document = bytes(self._pdf.output())
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()
        return document

    def ticket(
        self, title: str, holder: Holder, facts: Sequence[tuple[str, str]], rules: Sequence[str]
    ) -> None:
        """Add one candidate's page."""
        pdf = self._pdf
        pdf.add_page()
        pdf.set_draw_color(120)
        self._line(22, title, 17)
        self._line(33, "准考证  Admission ticket", 13)
        y = self._rows(46, self._own(holder), _RIGHT - _PORTRAIT[0] - 4)
        self._portrait(holder.portrait, 46)
        y = self._rows(max(y, 46 + _PORTRAIT[1] + 4), [*facts, *self._place(holder)], _RIGHT)
        pdf.line(_LEFT, y + 2, _RIGHT, y + 2)
        pdf.set_xy(_LEFT, y + 5)
        pdf.set_font("text", size=9.5)
        for rule in rules:
            pdf.set_x(_LEFT)
            pdf.multi_cell(_RIGHT - _LEFT, 6, rule, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.rect(_LEFT - 6, 14, _RIGHT - _LEFT + 12, pdf.get_y() - 8)

    @staticmethod
    def _own(holder: Holder) -> list[tuple[str, str]]:
        return [
            ("姓名 Name", holder.name),
            ("性别 Sex", _SEXES.get(holder.sex, "")),
            ("证件号码 Identity", masked(holder.identity_no)),
            ("准考证号 Admission", holder.admission_no),
        ]

    @staticmethod
    def _place(holder: Holder) -> list[tuple[str, str]]:
        extra = [("加时 Extra", f"{holder.extra_minutes} 分钟")] if holder.extra_minutes else []
        return [
            ("考点 Centre", holder.centre_name),
            ("地址 Address", holder.centre_address),
            ("座位 Seat", holder.seat),
            *extra,
        ]

    def _line(self, y: float, text: str, size: float) -> None:
        self._pdf.set_font("text", size=size)
        self._pdf.set_xy(_LEFT, y)
        self._pdf.cell(_RIGHT - _LEFT, 8, text, align="C")

    def _rows(self, y: float, rows: Sequence[tuple[str, str]], right: float) -> float:
        pdf = self._pdf
        for label, value in rows:
            pdf.set_xy(_LEFT, y)
            pdf.set_font("text", size=9)
            pdf.set_text_color(90)
            pdf.cell(_LABEL, 8, label)
            pdf.set_text_color(0)
            pdf.set_font("text", size=12)
            pdf.set_xy(_LEFT + _LABEL, y)
            width = right - _LEFT - _LABEL
            pdf.multi_cell(width, 8, value or "–", align="L", new_x="LMARGIN", new_y="NEXT")
            y = max(y + 9.5, pdf.get_y() + 1.5)
        return y

    def _portrait(self, jpeg: bytes | None, y: float) -> None:
        width, height = _PORTRAIT
        x = _RIGHT - width
        if jpeg is not None:
            picture = io.BytesIO(jpeg)
            self._pdf.image(picture, x, y, width, height, keep_aspect_ratio=True)
        else:
            self._pdf.rect(x, y, width, height)


def masked(identity_no: str) -> str:
    """Hide the middle of an identity number, so that a lost ticket does not reveal it."""
    if len(identity_no) < 10:
        return identity_no[:2] + "*" * (len(identity_no) - 2)
    return identity_no[:6] + "*" * (len(identity_no) - 10) + identity_no[-4:]


def _face(font: Path) -> int:
    """Return the index of the mainland Chinese font in a collection, or 0."""
    if font.suffix.lower() != ".ttc":
        return 0
    with TTCollection(font, lazy=True) as faces:
        for number, face in enumerate(faces.fonts):
            if _CHINESE_MAINLAND in str(face["name"].getDebugName(1)).split():
                return number
    return 0
