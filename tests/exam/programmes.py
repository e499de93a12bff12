"""The product's programmes, an invented third one, and banks that fill any of them."""

from decimal import Decimal

from kiosk.exam.items.item import Item, ItemType, MarkPoint, MarkScheme, Option
from kiosk.exam.papers.paper import Paper
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.programme_file import read_programme
from kiosk.settings import read_text, resource
from sync.hq.authoring.assembly import PoolItem, assemble

OPTIONS = tuple(Option(id=letter, text=letter * 3) for letter in "ABCD")

INVENTED = """
id = "tide-pilots"
version = 3
title = { zh = "潮汐引航", en = "Tide pilots" }

[calendar]
rule = "month_end"
months = [2]
starts = [08:30:00]

[[levels]]
id = "mate"
name = { zh = "大副", en = "Mate" }
[[levels]]
id = "master"
name = { zh = "船长", en = "Master" }

[[subjects]]
id = "charts"
name = { zh = "海图", en = "Charts" }
[[subjects]]
id = "law"
name = { zh = "海事法", en = "Law of the sea" }

[[domains]]
id = "coast"
name = { zh = "近岸", en = "Coast" }
[[domains]]
id = "ocean"
name = { zh = "远洋", en = "Ocean" }

[[entry_conditions]]
clause = "a"
text = { zh = "任何人", en = "Anybody" }
alternatives = [{ work_years = 0 }]

[[examinations]]
level = "mate"
duration_minutes = 45
total = 10
pass_mark = 6
[[examinations.parts]]
id = "only"
name = { zh = "试卷", en = "Paper" }
[[examinations.parts.sections]]
type = "true_false"
per_domain = 5
points = 1
title = { zh = "判断", en = "True or false" }

[[examinations]]
level = "master"
duration_minutes = 90
total = 100
pass_mark = "66.7"
subject_minimum = { law = 20 }
[[examinations.parts]]
id = "charts"
name = { zh = "海图作业", en = "Chart work" }
weight = "0.4"
[[examinations.parts.sections]]
type = "multiple_choice"
subject = "charts"
counts = { coast = 10, ocean = 15 }
points = 4
title = { zh = "多选", en = "Multiple choice" }
[[examinations.parts]]
id = "law"
name = { zh = "论述", en = "Essay" }
weight = "1.5"
[[examinations.parts.sections]]
type = "essay"
subject = "law"
count = 2
points = 20
title = { zh = "论述", en = "Essay" }

[scoring]
multiple_choice = "per_option"
per_option = "0.7"
decimals = 2
rounding = "half_even"

[time]
late_entry_minutes = 10
earliest_hand_in_minutes = 0
"""

IN_PARTS = """
id = "lock-keepers"
version = 1
title = { zh = "船闸管理", en = "Lock keepers" }

[calendar]
rule = "month_end"
months = [4]
starts = [14:30:00]

[[subjects]]
id = "locks"
name = { zh = "船闸", en = "Locks" }

[[domains]]
id = "river"
name = { zh = "河流", en = "River" }

[[entry_conditions]]
clause = "a"
text = { zh = "任何人", en = "Anybody" }
alternatives = [{ work_years = 0 }]

[[examinations]]
duration_minutes = 100
total = 10
pass_mark = 6
parts_in_order = true
carry_over = false
[[examinations.parts]]
id = "theory"
name = { zh = "理论知识", en = "Theory" }
minutes = 40
earliest_hand_in_minutes = 5
[[examinations.parts.sections]]
type = "single_choice"
count = 3
points = 2
title = { zh = "单选题", en = "Single choice" }
[[examinations.parts]]
id = "practice"
name = { zh = "操作技能", en = "Practice" }
minutes = 60
[[examinations.parts.sections]]
type = "true_false"
count = 4
points = 1
title = { zh = "判断题", en = "True or false" }

[time]
late_entry_minutes = 30
earliest_hand_in_minutes = 0
"""
"""Two parts, each with its own time."""


def shipped(name: str) -> Programme:
    """A programme of the product."""
    return read_programme(read_text(resource(f"config/programmes/{name}.toml")))


def invented() -> Programme:
    """The invented one."""
    return read_programme(INVENTED)


def in_parts(*changes: tuple[str, str]) -> Programme:
    """The programme with timed parts, with texts of its file replaced."""
    text = IN_PARTS
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong, 1)
    return read_programme(text)


def bank(programme: Programme, each: int = 7) -> list[Item]:
    """``each`` items of every type, subject and domain; each trade and level has one in turn."""
    trades = [None, *(trade.id for trade in programme.trades)]
    levels = [None, *programme.level_ids]
    return [
        Item(
            id=f"{domain.id}-{subject.id}-{kind}-{number}",
            type=kind,
            subject=subject.id,
            domain=domain.id,
            stem="?",
            options=OPTIONS if kind.value.endswith("choice") else (),
            trade=trades[number % len(trades)],
            level=levels[number // len(trades) % len(levels)],
        )
        for domain in programme.domains
        for subject in programme.subjects
        for kind in ItemType
        for number in range(each)
    ]


def drawn(
    items: list[Item],
    programme: Programme,
    paper_id: str = "P",
    seed: bytes = b"seed",
    trade: str | None = None,
    level: str | None = None,
    parts: tuple[str, ...] = (),
) -> Paper:
    """A paper drawn from a bank, as headquarters draws it."""
    pool = [
        PoolItem(one.id, one.type, one.subject, one.domain, one.trade, one.level) for one in items
    ]
    (sections,) = assemble(pool, programme, seed, trade, level, parts=parts)
    by_id = {item.id: item for item in items}
    return Paper(
        id=paper_id,
        programme_id=programme.id,
        trade=trade,
        level=level,
        items=tuple(by_id[item_id] for section in sections for item_id in section.items),
        sections=sections,
    )


def schemes(items: list[Item]) -> dict[str, MarkScheme]:
    """A key for each objective item, mark points for the others."""
    keys = {
        ItemType.SINGLE_CHOICE: ("B",),
        ItemType.MULTIPLE_CHOICE: ("A", "C"),
        ItemType.TRUE_FALSE: ("true",),
    }
    points = (MarkPoint(text="said", marks=Decimal(1)),)
    return {
        item.id: MarkScheme(item_id=item.id, key=keys[item.type])
        if item.type.objective
        else MarkScheme(item_id=item.id, points=points)
        for item in items
    }
