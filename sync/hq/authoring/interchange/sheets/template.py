"""The columns of our own template."""

from collections.abc import Collection

from sync.hq.authoring.interchange.sheets.headings import OPTIONS, TRANSLATED, plain
from sync.hq.authoring.interchange.sheets.layout import Layout
from sync.hq.authoring.translated import field_name
from sync.hq.imports.tabular import Column

LEAST_OPTIONS = 8
"""Columns for options in an empty template."""

_BEFORE = (
    Column("id", "题号", "Item", needed=True),
    Column("type", "题型", "Type", needed=True),
    Column("subject", "科目", "Subject"),
    Column("domain", "领域", "Domain"),
    Column("trade", "工种", "Trade"),
    Column("level", "等级", "Level"),
    Column("difficulty", "难度", "Difficulty"),
    Column("stem", "题干", "Stem", needed=True),
)
_AFTER = (
    Column("key", "答案", "Key"),
    Column("points", "评分点", "Mark points"),
    Column("model_answer", "参考答案", "Model answer"),
    Column("rationale", "解析", "Rationale"),
)
_YOUNGER = (
    Column("shuffle", "选项乱序", "Shuffle"),
    Column("fixed", "固定选项", "Fixed options"),
    Column("group", "题组", "Group"),
    Column("stimulus", "材料", "Stimulus"),
)
"""Columns that templates of 0.2.0 do not have."""

TITLES = {"zh": ("试题", "选项", "说明"), "en": ("Items", "Lists", "Guide")}
"""The sheets: items, values to choose from, explanation."""


def columns(options: int, languages: Collection[str] = ()) -> tuple[Column, ...]:
    """Return all columns; the arguments say for how many options, and for which languages."""
    letters = OPTIONS[: max(options, LEAST_OPTIONS)]
    own = (Column(letter, f"选项{letter}", f"Option {letter}") for letter in letters)
    others = (
        Column(name, *TRANSLATED[name])
        for language in languages
        for field in ("stem", *letters, "stimulus")
        if (name := field_name(language, field))
    )
    return (*_BEFORE, *own, *_AFTER, *_YOUNGER, *others)


def is_own(layout: Layout) -> bool:
    """Return whether a sheet has the headings of our template, in either language."""
    found = {plain(heading.text) for heading in layout.headings}
    return any(
        {plain(getattr(column, language)) for column in (*_BEFORE, *_AFTER)} <= found
        for language in ("zh", "en")
    )
