"""The report of a run or of one pair for the review board, as a PDF in Chinese and English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sync.hq.registration.tickets import find_font
from sync.hq.similarity.listing import PairView, Person, RunView
from sync.hq.similarity.report_page import ReportTypesetter
from sync.hq.similarity.report_texts import LEVELS, METHOD, NOT_A_VERDICT, RELATIONS
from sync.hq.similarity.side_by_side import Line, Match
from sync.hq.similarity.words import chance


@dataclass(frozen=True)
class Report:
    """A run; pairs with or without their answer sheets, question by question."""

    run: RunView
    pairs: Sequence[PairView]
    lines: Mapping[str, Sequence[Line]]
    by: str
    at: datetime


def make_report(report: Report, zone: ZoneInfo, font: Path | None = None) -> bytes:
    """Return the PDF.

    Raises:
        NoFont: no font was configured or found.
    """
    run = report.run
    page = ReportTypesetter(
        font or find_font(), f"{run.sitting} · {run.paper}{run.label} · {run.input_digest[:16]}"
    )
    page.title("雷同卷甄别报告", "Similar answer sheets: report for the review board")
    page.note(NOT_A_VERDICT)
    page.facts(_run_facts(report, zone))
    page.text(METHOD)
    page.heading("列出的考生对 Pairs")
    page.table(
        ("序号", "考生 A", "考生 B", "位置", "相同/共答", "同错", "偶然概率", "校正后", "程度"),
        [_row(pair) for pair in report.pairs],
        (6, 19, 19, 13, 10, 6, 13, 13, 10),
    )
    if not report.pairs:
        page.text("没有超出界限的考生对。 No pair is beyond the limits.")
    for pair in report.pairs:
        if pair.id in report.lines:
            _add_pair(page, pair, report.lines[pair.id], zone)
    return page.output()


def _run_facts(report: Report, zone: ZoneInfo) -> Sequence[tuple[str, str]]:
    run = report.run
    limits = run.parameters
    return [
        ("场次 Sitting", f"{run.sitting} ({run.sitting_id})"),
        ("试卷 Paper", f"{run.paper} {run.label}"),
        ("比对 Run", f"{run.id}，{_at(run.finished_at, zone)}，{run.username}"),
        ("输入摘要 Input", run.input_digest),
        ("考生 Candidates", f"{run.candidates}，比较 {run.compared:,} 对 pairs"),
        ("界限 Limits", f"Holm ≤ {limits['holm']}，FDR ≤ {limits['fdr']}，{limits['method']}"),
        ("结果 Found", f"显著 {run.strong}，可疑 {run.notable}，文字雷同 {run.texts}"),
        ("制表 Made", f"{_at(report.at, zone)}，{report.by}"),
    ]


def _row(pair: PairView) -> Sequence[str]:
    answers = pair.facts["answers"]
    return (
        str(pair.number),
        _named(pair.first),
        _named(pair.second),
        _where(pair, short=True),
        f"{answers['same']}/{answers['common']}",
        str(answers["same_wrong"]),
        chance(pair.probability),
        chance(pair.holm),
        LEVELS[pair.level].split()[0],
    )


def _named(person: Person) -> str:
    return f"{person.name or '–'}\n{person.admission_no}"


def _where(pair: PairView, *, short: bool = False) -> str:
    relation = RELATIONS[pair.relation]
    rows, columns = pair.facts["rows"], pair.facts["columns"]
    apart = "" if rows is None else f"\n相差 {rows} 排 {columns} 列"
    return (relation.split()[0] if short else relation) + apart


def _add_pair(
    page: ReportTypesetter, pair: PairView, lines: Sequence[Line], zone: ZoneInfo
) -> None:
    page.heading(f"第 {pair.number} 对 Pair {pair.number}")
    page.facts([*_people(pair), *_indices(pair), *_times(pair.facts["times"])])
    wrong = [line for line in lines if line.match is Match.SAME_WRONG]
    if wrong:
        page.text("相同的错误答案 Identical wrong answers")
        page.table(
            ("题号 Item", "正确 Key", "两人所答 Both", "A 保存", "B 保存", "相差 s"),
            [_answer(line, zone) for line in wrong],
            (30, 12, 14, 16, 16, 12),
        )
    for text in pair.facts["texts"]:
        page.text(
            f"书面题 {text['item_id']}：最长相同段 {text['passage']} 字，"
            f"占较短答案 {text['share']:.0%}。\n「{text['text']}」"
        )


def _people(pair: PairView) -> Sequence[tuple[str, str]]:
    return [
        (f"考生 {side}", _person(person))
        for side, person in (("A", pair.first), ("B", pair.second))
    ] + [("位置 Seats", _where(pair).replace("\n", "，"))]


def _person(person: Person) -> str:
    place = f"{person.centre}（{person.centre_code}）{person.room_name} 座位 {person.seat or '–'}"
    return f"{person.name or '–'}，{person.admission_no}，{place}"


def _indices(pair: PairView) -> Sequence[tuple[str, str]]:
    facts = pair.facts["answers"]
    return [
        ("答题 Answers", (
            f"共同作答 {facts['common']} 题，答案相同 {facts['same']} 题"
            f"（同对 {facts['same_right']}，同错 {facts['same_wrong']}）；"
            f"若 A 独立作答，预期与 B 相同 {facts['expected'][0]:.1f} 题；"
            f"若 B 独立作答，预期与 A 相同 {facts['expected'][1]:.1f} 题"
        )),
        ("GBT", f"A←B {chance(facts['copying'][0])}；B←A {chance(facts['copying'][1])}"),
        ("ω", f"A←B {facts['omega'][0]:.1f}；B←A {facts['omega'][1]:.1f}"),
        ("同错 Errors", (
            f"两人都错 {facts['both_wrong']} 题，其中答案相同 {facts['same_wrong']} 题，"
            f"预期 {facts['errors_expected']:.1f}，概率 {chance(facts['errors'])}"
        )),
        ("校正后 Corrected", f"Holm {chance(pair.holm)}；FDR {chance(pair.fdr)}"),
    ]  # fmt: skip


def _times(times: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    pair = times["pair"]
    order = "–" if pair["order"] is None else f"{pair['order']:.2f}"
    usual = "" if times["usual"] is None else (
        f"；两人与同考场其他人：通常 {times['usual']:.0f}，最多 {times['most']}"
    )  # fmt: skip
    said = f"30 秒内先后保存 {pair['close']} 题（偶然约 {pair['expected']:.1f}）{usual}"
    return [("时间 Times", f"{said}；答题次序相关 {order}")]


def _answer(line: Line, zone: ZoneInfo) -> Sequence[str]:
    first, second = (f"{at.astimezone(zone):%H:%M:%S}" if at else "–" for at in line.saved)
    apart = "–" if line.apart_s is None else f"{line.apart_s:+.0f}"
    return line.item.id, line.key, line.answers[0], first, second, apart


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
