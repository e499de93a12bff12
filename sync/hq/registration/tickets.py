"""Admission tickets as a PDF with one page for each candidate.

The text needs an installed font with Chinese characters. A name with a character that the font
lacks is reported: the ticket would show an empty box instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.exam.programme.programme import Programme
from kiosk.printing.fonts import installed_font
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import HqError
from sync.hq.registration.ticket_page import Fact, TicketPage, TicketTypesetter
from sync.hq.sittings import SittingPaper, SittingView

_SEXES = {"male": "男 Male", "female": "女 Female"}
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
    room_name: str
    seat: str
    paper: str
    centre_name: str
    centre_address: str
    centre_directions: str
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
    typesetter = TicketTypesetter(font or find_font())
    facts = {
        paper.id: _facts(sitting, paper, programmes[paper.id], zone) for paper in sitting.papers
    }
    missing: dict[str, str] = {}
    for number, holder in enumerate(holders, start=1):
        page = TicketPage(
            title=sitting.title,
            own=_own(holder),
            admission_no=holder.admission_no,
            portrait=holder.portrait,
            facts=[*facts[holder.paper], *_place(holder)],
            rules=_rules(programmes[holder.paper]),
        )
        typesetter.add(page)
        shown = [page.title, *(value for _, value in (*page.own, *page.facts))]
        if lacking := typesetter.lacking("".join(shown)):
            missing[holder.admission_no] = lacking
        if number % 20 == 0 or number == len(holders):
            progress(number, len(holders))
    return Tickets(typesetter.output(), missing)


def find_font() -> Path:
    """Return an installed font with Chinese characters.

    Raises:
        NoFont: there is none.
    """
    found = installed_font()
    if found is None:
        raise NoFont
    return found


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
    if paper.parts:
        parts = programme.examination(paper.trade, paper.level).of_parts(paper.parts).parts
        facts.append(("部分 Parts", "、".join(part.name.zh for part in parts)))
    when = [("时间 Time", _when(start, end)), ("到场 Arrive", _arrival(start, programme))]
    return [*facts, *when, *_issue(sitting.ticket_issue)]


def _issue(number: int) -> list[Fact]:
    """Say of a ticket that was printed again that the earlier ones are invalid."""
    if number == 1:
        return []
    text = f"第 {number} 次签发，此前的准考证作废\nIssue {number}; earlier tickets are invalid"
    return [("签发 Issue", text)]


def _arrival(start: datetime, programme: Programme) -> str:
    time = programme.time
    arrive = start - timedelta(minutes=time.arrive_minutes_before)
    close = start + timedelta(minutes=time.late_entry_minutes)
    return (
        f"{arrive:%H:%M} 前到达考点，{close:%H:%M} 起停止入场\n"
        f"Be there by {arrive:%H:%M}; doors close at {close:%H:%M}"
    )


def _own(holder: Holder) -> list[Fact]:
    return [
        ("姓名 Name", holder.name),
        ("性别 Sex", _SEXES.get(holder.sex or "", "")),
        ("证件号码 Identity", masked(holder.identity_no)),
        ("准考证号 Admission", holder.admission_no),
    ]


def _place(holder: Holder) -> list[Fact]:
    route = [("路线 Directions", holder.centre_directions)] if holder.centre_directions else []
    extra = [("加时 Extra", f"{holder.extra_minutes} 分钟 minutes")] if holder.extra_minutes else []
    return [
        ("考点 Centre", holder.centre_name),
        ("地址 Address", holder.centre_address),
        *route,
        ("考场 Room", holder.room_name),
        ("座位 Seat", holder.seat),
        *extra,
    ]


def _when(start: datetime, end: datetime) -> str:
    weekday = "一二三四五六日"[start.weekday()]
    return f"{start:%Y}年{start.month}月{start.day}日（星期{weekday}）{start:%H:%M}–{end:%H:%M}"


def _rules(programme: Programme) -> list[str]:
    times = {
        "late": programme.time.late_entry_minutes,
        "earliest": programme.time.earliest_hand_in_minutes,
    }
    return [f"{number}. {rule % times}" for number, rule in enumerate(_RULES, start=1)]


def masked(identity_no: str) -> str:
    """Hide the middle of an identity number, so that a lost ticket does not reveal it."""
    if len(identity_no) < 10:
        return identity_no[:2] + "*" * (len(identity_no) - 2)
    return identity_no[:6] + "*" * (len(identity_no) - 10) + identity_no[-4:]
