"""Score letters: what was published of a result, on A4, in Chinese."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from kiosk.exam.programme.blueprint import Examination, Part
from kiosk.exam.programme.programme import Programme
from sync.hq.context import HqContext
from sync.hq.core.counted import AttemptKey
from sync.hq.core.sheets import ABSENT, COMPLETE, NOT_ADMITTED, PARTIAL, VOID, WITHDRAWN
from sync.hq.registration.tickets import find_font, masked
from sync.hq.release.look_up import FoundResult, LookUp
from sync.hq.release.publishing import Published
from sync.hq.review.letter_page import LetterPage, set_letter

TITLE = "考试成绩通知书"
STATUS = {
    VOID: "本次考试成绩无效，详见处理决定书",
    ABSENT: "缺考",
    NOT_ADMITTED: "未获准入场",
    WITHDRAWN: "开考前放弃",
}
"""What a letter says where there is no score."""


class ScoreLetters:
    """Sets score letters."""

    def __init__(self, context: HqContext, look_up: LookUp) -> None:
        self._context = context
        self._look_up = look_up
        self._zone = ZoneInfo(context.settings.console.timezone)

    def of_attempt(self, key: AttemptKey) -> bytes:
        """Return the letter of an attempt's published result as PDF.

        Raises:
            LookUpFailed: nothing is published of it.
            NoFont: no font with Chinese characters was found.
        """
        return self.of_result(self._look_up.of_attempt(*key))

    def of_result(self, result: FoundResult) -> bytes:
        """Return the letter of a published result as PDF.

        Raises:
            NoFont: no font with Chinese characters was found.
        """
        font = self._context.settings.tickets.font or find_font()
        return set_letter(self.page(result), font)

    def page(self, result: FoundResult) -> LetterPage:
        """Return what the letter says."""
        published, programme = result.published, result.programme
        office = programme.privacy.handler.zh if programme.privacy.handler else ""
        sections: list[tuple[str, Sequence[str]]] = [("一、成绩", score_lines(result, self._zone))]
        if published.reason:
            sections.append(("二、更正说明", [published.reason]))
        return LetterPage(
            office=office,
            title=TITLE,
            number=f"编号：{published.admission_no}-{published.number}",
            facts=[
                ("姓名", result.name),
                ("证件号码", masked(result.identity_no)),
                ("准考证号", published.admission_no),
                ("考试", examined(programme, published.trade, published.level)),
                ("考试时间", self._moment(result.starts_at)),
            ],
            sections=[*sections, ("复核", [self._recount(result)])],
            ending=[office, self._day(published.at)],
        )

    def _recount(self, result: FoundResult) -> str:
        days, contact = result.programme.release.recount_days, result.programme.privacy.contact
        ask = f"如对成绩有异议，可自首次公布之日起 {days} 日内申请复核，复核结果以通知为准。"
        inquiries = f"咨询电话：{contact}。" if contact else ""
        return (ask if days else "本次考试成绩不受理复核申请。") + inquiries

    def _moment(self, at: datetime) -> str:
        local = at.astimezone(self._zone)
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"

    def _day(self, at: datetime) -> str:
        return _chinese_day(at, self._zone)


def score_lines(result: FoundResult, zone: ZoneInfo) -> Sequence[str]:
    """Return the score in sentences: each part, the total, and whether it passes.

    ``zone``: that of the days on which parts were sat.
    """
    published = result.published
    if published.status not in (COMPLETE, PARTIAL):
        return [STATUS.get(published.status, "成绩待定")]
    examination = result.programme.examination(published.trade, published.level)
    lines = [
        _part_line(part, published, zone)
        for part in examination.parts
        if len(examination.parts) > 1 and part.id in published.parts
    ]
    if published.status == PARTIAL:
        return [*lines, "其余部分尚未考试，全部部分考完后合并计算总成绩。"]
    return [*lines, _total(result, examination)]


def _part_line(part: Part, published: Published, zone: ZoneInfo) -> str:
    line = f"{part.name.zh}：{_plain(Decimal(published.parts[part.id]))} 分"
    if part.id not in published.taken:
        return line
    return f"{line}（{_chinese_day(published.taken[part.id].sat_at, zone)}考试成绩）"


def examined(programme: Programme, trade: str | None, level: str | None) -> str:
    """Return what was examined in Chinese: programme, trade and level."""
    names = {entry.id: entry.name.zh for entry in (*programme.trades, *programme.levels)}
    return "　".join([programme.title.zh, *(names[id_] for id_ in (trade, level) if id_)])


def _chinese_day(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日"


def _total(result: FoundResult, examination: Examination) -> str:
    total, passed = result.published.total, result.published.passed
    shown = "—" if total is None else format(total, "f")
    outcome = "合格" if passed else "不合格"
    least = _plain(examination.pass_mark)
    whole = _plain(examination.total)
    return f"总成绩：{shown} 分（满分 {whole} 分，合格标准 {least} 分），{outcome}。"


def _plain(points: Decimal) -> str:
    return f"{points.normalize():f}"
