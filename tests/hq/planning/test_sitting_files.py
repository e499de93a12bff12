"""Sittings from a sheet: a row for each paper, all of them or none, each mistake with its place."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.exam.programme.programme_file import read_programme
from kiosk.settings import read_text, resource
from sync.hq.errors import BadImport
from sync.hq.planning.sitting_file import COLUMNS, read_sittings
from sync.hq.sittings import NewSitting

NOW = datetime(2026, 4, 1, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
PROGRAMMES = [
    read_programme(read_text(resource(f"config/programmes/{name}.toml")))
    for name in ("carbon-manager", "carbon-skills")
]
TITLES = [programme.title.zh for programme in PROGRAMMES]
HEAD = "场次名称,日期,开始时间,考试项目,工种,等级,时长（分钟）"


def read(*rows: str) -> list[NewSitting]:
    data = "\n".join((HEAD, *rows)).encode()
    return list(read_sittings(data, PROGRAMMES, ZONE, NOW))


def test_rows_with_one_title_and_start_are_one_sitting() -> None:
    first, second = read(
        f"上午场,,2026-05-16 09:00,{TITLES[1]},碳交易,初级,",
        "上午场,2026年5月16日,9:00,carbon-manager,,,90",
        f"下午场,,2026/5/16 14:00,{TITLES[1]},全部,高级,",
    )
    assert first.starts_at == datetime(2026, 5, 16, 9, tzinfo=ZONE)
    assert [(p.programme_id, p.trade, p.level, p.duration_minutes) for p in first.papers] == [
        ("carbon-skills", "trading", "junior", None),
        ("carbon-manager", None, None, 90),
    ]
    assert len(second.papers) == 7
    assert {paper.level for paper in second.papers} == {"senior"}


def test_a_programme_alone_stands_for_all_its_papers() -> None:
    (sitting,) = read("全天,,2026-05-16T09:00,carbon-skills,,,")
    assert len(sitting.papers) == 21


def test_parts_are_named_where_not_all_are_sat() -> None:
    row = "周六,,2026-05-16 09:00,carbon-skills,碳交易,初级,60"
    named = f"{HEAD},考试部分\n{row},基础理论知识、technique"
    (sitting,) = read_sittings(named.encode(), PROGRAMMES, ZONE, NOW)
    assert [paper.parts for paper in sitting.papers] == [("theory", "technique")]
    whole = f"{HEAD},Parts\n{row},all"
    assert read_sittings(whole.encode(), PROGRAMMES, ZONE, NOW)[0].papers[0].parts == ()


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("早,,2026-03-01 09:00,carbon-manager,,,", "start_past", "starts_at"),
        ("早,,9999-12-31 23:59,carbon-manager,,,", "start_far", "starts_at"),
        ("早,,明天上午,carbon-manager,,,", "not_a_moment", "starts_at"),
        ("早,,09:00,carbon-manager,,,", "not_a_moment", "starts_at"),
        ("早,,2026-02-30 09:00,carbon-manager,,,", "not_a_moment", "starts_at"),
        ("早,,2026-05-16 25:00,carbon-manager,,,", "not_a_moment", "starts_at"),
        ("早,,2026-05-16 09:00,碳排放,,,", "unknown_value", "programme"),
        ("早,,2026-05-16 09:00,carbon-skills,焊工,,", "unknown_value", "trade"),
        ("早,,2026-05-16 09:00,carbon-skills,,特级,", "unknown_value", "level"),
        ("早,,2026-05-16 09:00,,,,", "missing", "programme"),
        (",,2026-05-16 09:00,carbon-manager,,,", "missing", "title"),
        ("早,,2026-05-16 09:00,carbon-manager,,,两小时", "not_a_number", "minutes"),
    ],
)
def test_a_mistake_is_named_with_its_row_and_column(row: str, code: str, column: str) -> None:
    with pytest.raises(BadImport) as refused:
        read("好,,2026-05-16 09:00,carbon-manager,,,", row)
    (problem,) = refused.value.problems
    names = {column.field: column.zh for column in COLUMNS}
    assert (problem.code, problem.at) == (code, "3")
    assert names[column] in problem.column


def test_a_paper_that_a_sitting_has_twice_is_named() -> None:
    with pytest.raises(BadImport) as refused:
        read(*["早,,2026-05-16 09:00,carbon-skills,碳交易,,"] * 2)
    assert [problem.code for problem in refused.value.problems] == ["paper_twice"]
