"""Items to GIFT."""

import re
from collections.abc import Callable, Sequence

from kiosk.exam.items.item import TRUE_FALSE, ItemType
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.interchange import tags
from sync.hq.authoring.interchange.gift.texts import escaped
from sync.hq.authoring.interchange.rich import is_plain, to_html, to_plain
from sync.hq.authoring.interchange.scheme_text import write_scheme
from sync.hq.authoring.interchange.stimulus import with_stimulus


def write(entries: Sequence[BankItem]) -> bytes:
    """Write items as GIFT in UTF-8; pictures are named, and are beside the file."""
    return "\n".join(_question(entry) for entry in entries).encode()


def _question(entry: BankItem) -> str:
    item, scheme = entry.item, entry.scheme
    feedback = scheme.rationale if item.type.objective else write_scheme(scheme)
    texts = (item.stem, feedback, *(option.text for option in item.options))
    html = bool(item.stimulus) or not all(map(is_plain, texts))
    style = "html" if html else "plain"

    def written(markup: str) -> str:
        text = escaped(to_html(markup, str) if html else to_plain(markup))
        # Otherwise read as the name of a format, or as a share.
        return f"[{style}]{text}" if text.startswith(("[", "%")) else text

    stem = escaped(with_stimulus(item.stimulus, item.stem, str)) if html else written(item.stem)
    general = f"####{written(feedback)}\n" if feedback.strip() else ""
    title = f"::{escaped(item.id)}::[{style}]{stem}"
    return f"{_comment(entry)}\n{title} {{\n{_answers(entry, written)}{general}}}\n"


def _comment(entry: BankItem) -> str:
    labels = [*tags.write_tags(entry), *tags.write_layout(entry)]
    tokens = [("id", entry.item.id), *(("tag", label) for label in labels)]
    inner = (f"[{kind}:{_in_brackets(text)}]" for kind, text in tokens)
    return f"// {' '.join(inner)}"


def _in_brackets(text: str) -> str:
    return re.sub(r"([\]\\])", r"\\\1", text)


def _answers(entry: BankItem, written: Callable[[str], str]) -> str:
    item, key = entry.item, entry.scheme.key
    if not item.type.objective:
        return ""
    if item.type is ItemType.TRUE_FALSE:
        return "TRUE\n" if key[0] == TRUE_FALSE[0] else "FALSE\n"
    lines = []
    for option in item.options:
        right = option.id in key
        sign = "=" if right else "~"
        if item.type is ItemType.MULTIPLE_CHOICE:
            wrong = len(item.options) - len(key)
            share = 100 / len(key) if right else -100 / max(1, wrong)
            sign = f"~%{share:.5f}%"
        lines.append(f"{sign}{written(option.text)}\n")
    return "".join(lines)
