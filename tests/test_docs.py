"""What can be called, set or found is documented as it is, or this fails."""

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from pydantic import BaseModel

from kiosk.cli import main as kiosk
from kiosk.exam.checkin.liveness import VerificationRules
from kiosk.exam.proctoring import CAMERA_RULES, ProctoringSettings, RuleId
from kiosk.exam.programme.programme import Programme
from kiosk.settings import Settings
from sync.hq.cli import main as hq
from sync.hq.settings import HqSettings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REFERENCE = (DOCS / "reference.md").read_text(encoding="utf-8")
PROGRAMMES = (DOCS / "programmes.md").read_text(encoding="utf-8")
PACKS = REFERENCE.split("## Packs")[1].split("##")[0]
REQUIREMENTS = (DOCS / "requirements.md").read_text(encoding="utf-8")
WEB = sorted((ROOT / "kiosk" / "web").rglob("*.py"))
HQ_API = sorted((ROOT / "sync" / "hq" / "web" / "api").rglob("*.py"))

PAGES = sorted(page.name for page in [*ROOT.glob("*.md"), *DOCS.glob("*.md")])
HISTORY = "CHANGELOG.md"
"""Names places as they were."""

FOLDERS = "kiosk|sync|tests|tools|config|models|systemd|docs"
PLACE = re.compile(rf"`((?:{FOLDERS})(?:/[\w.*-]+)+/?|(?:kiosk|sync|tests|tools)(?:\.\w+)+)`")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
ITALICS = re.compile(r"(?<![*\w])\*([A-Z][^*\n]+?)\*(?!\*)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def text_of(page: str) -> str:
    path = ROOT / page if (ROOT / page).exists() else DOCS / page
    return path.read_text(encoding="utf-8")


def commands(command: click.Command, name: str) -> Iterator[str]:
    """All commands below a group, with their full names."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            inner = command.get_command(context, child)
            assert inner is not None
            yield from commands(inner, f"{name} {child}")
    else:
        yield name


def routes(modules: list[Path]) -> Iterator[str]:
    """Addresses that the modules' blueprints serve."""
    for path in modules:
        source = path.read_text(encoding="utf-8")
        prefix = re.search(r'url_prefix="([^"]*)"', source)
        for found in re.finditer(
            r'^@\w+\.(?:get|post|put|patch|delete|route)\("([^"]*)"', source, re.M
        ):
            yield (prefix[1] if prefix else "") + found[1]


@pytest.mark.parametrize("name", [*commands(kiosk, "kiosk"), *commands(hq, "hq")])
def test_every_command_is_documented(name: str) -> None:
    assert f"`{name}`" in REFERENCE


@pytest.mark.parametrize("route", sorted(set(routes(WEB))))
def test_every_route_is_documented(route: str) -> None:
    assert re.search(rf"[ `]{re.escape(route)}`", REFERENCE)


@pytest.mark.parametrize("route", sorted(set(routes(HQ_API))))
def test_every_route_of_headquarters_api_is_documented(route: str) -> None:
    shown = re.sub(r"/<\w+>$", "", route)
    assert re.search(rf"[ `]{re.escape(shown)}[`/]", REFERENCE)


def test_routes_are_found_in_every_room_of_the_web() -> None:
    found = set(routes(WEB))
    assert {"/api/check-in", "/staff/api/sync", "/exam", "/healthz"} <= found


@pytest.mark.parametrize("rule", list(ProctoringSettings.model_fields))
def test_every_rule_is_documented(rule: str) -> None:
    assert f"`{rule}`" in REFERENCE


def settings(model: type[BaseModel]) -> Iterator[tuple[str, object]]:
    """Every key of a settings file with its default."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from ((f"{name}.{key}", default) for key, default in settings(inner))
        else:
            yield name, "–" if field.is_required() else field.get_default()


def written(value: object) -> str:
    """A default as the tables write it."""
    if value is None or value == ():
        return "none"
    if value == "":
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(map(written, value))
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, int | float | Decimal):
        return f"{value:g}" if not isinstance(value, int) else str(value)
    return str(value)


def defaults(page: str) -> dict[str, str]:
    """Keys and their defaults as the tables of a page give them."""
    found: dict[str, str] = {}
    for keys, values in re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|", page, re.MULTILINE):
        names = re.findall(r"`([^`]+)`", keys)
        parts = values.strip().split(", ") if len(names) > 1 else [values.strip()]
        found.update(zip(names, parts, strict=False))
    return found


CENTRE, HEADQUARTERS = REFERENCE.split("## Settings of headquarters")
STATED = [
    *((CENTRE, key, default) for key, default in settings(Settings)),
    *((HEADQUARTERS, key, default) for key, default in settings(HqSettings)),
]


@pytest.mark.parametrize(("page", "key", "default"), STATED, ids=[key for _, key, _ in STATED])
def test_every_setting_is_documented_with_its_default(page: str, key: str, default: object) -> None:
    assert defaults(page)[key] == written(default)


def programme_rules() -> Iterator[tuple[str, object, str]]:
    for table in ("scoring", "time", "conduct", "retention", "privacy"):
        for key, default in settings(Programme.model_fields[table].annotation):  # type: ignore[arg-type]
            yield key, default, PROGRAMMES
    for key, default in settings(VerificationRules):
        yield key, default, REFERENCE


RULES = list(programme_rules())


@pytest.mark.parametrize(("key", "default", "page"), RULES, ids=[key for key, _, _ in RULES])
def test_every_rule_of_a_programme_is_documented_with_its_default(
    key: str, default: object, page: str
) -> None:
    assert defaults(page)[key] == written(default)


@pytest.mark.parametrize("rule", CAMERA_RULES)
def test_every_camera_rule_is_documented_with_its_starting_values(rule: RuleId) -> None:
    found = re.search(rf"^\|[^|]*`{rule}`[^|]*\|(.*)\|(.*)\|(.*)\|(.*)\|$", REFERENCE, re.MULTILINE)
    assert found is not None
    active, _, rests, follow_up = (cell.strip() for cell in found.groups())
    rules = ProctoringSettings().rule(rule)
    assert f"{rules.enter_seconds:g} s" in active
    assert rests == f"{rules.cooldown_seconds:g} s"
    assert follow_up.replace(", ", "_") == rules.follow_up


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("models/*/pack.toml")), ids=lambda p: p.parent.name
)
def test_every_pack_is_documented_with_its_terms(path: Path) -> None:
    pack = tomllib.loads(path.read_text(encoding="utf-8"))
    (row,) = re.findall(rf"^\| `{pack['id']}`.*$|^\|.*, `{pack['id']}` .*$", PACKS, re.MULTILINE)
    assert ("| allowed |" in row) == pack["commercial"]


FILES = [
    *(("kiosk.toml", key, default) for key, default in settings(Settings)),
    *(("hq.toml", key, default) for key, default in settings(HqSettings)),
]


@pytest.mark.parametrize(("name", "key", "default"), FILES, ids=[f"{n}: {k}" for n, k, _ in FILES])
def test_the_file_of_settings_has_every_key_with_its_default(
    name: str, key: str, default: object
) -> None:
    text = (ROOT / "config" / name).read_text(encoding="utf-8")
    table, _, last = key.rpartition(".")
    stated = tomllib.loads(text)
    values = stated.get(table, {}) if table else stated
    assert re.search(rf"^(# )?{last} =", text, re.MULTILINE)
    if last in values:
        assert written(default) == written(tuple(v) if isinstance(v := values[last], list) else v)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    folder = ROOT if (ROOT / page).exists() else DOCS
    for link in LINK.findall(CODE.sub("", text_of(page))):
        address, _, anchor = link.partition("#")
        if "://" in address or address.startswith("mailto:"):
            continue
        target = folder / address if address else folder / page
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def anchors(page: str) -> set[str]:
    """Anchors of a page's headings, as forges make them."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(page))
    return {heading.strip().replace(" ", "-") for heading in plain}


def is_there(place: str) -> bool:
    """Whether a file, folder or module of that name is in the repository."""
    if "/" in place:
        return any(ROOT.glob(place.rstrip("/"))) if "*" in place else (ROOT / place).exists()
    path = ROOT.joinpath(*place.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


OTHERS = {key for _, key, _ in STATED} | {"kiosk.toml", "kiosk.sqlite"}
"""Settings and files of a data directory, which look like places of the repository."""


@pytest.mark.parametrize("page", [page for page in PAGES if page != HISTORY])
def test_every_place_that_a_page_names_is_there(page: str) -> None:
    named = set(PLACE.findall(text_of(page))) - OTHERS
    assert [place for place in sorted(named) if not is_there(place)] == []


def shown() -> set[str]:
    """All texts of both consoles."""
    found: set[str] = set()
    for path in ROOT.glob("*/*/translations/zh/LC_MESSAGES/messages.po"):
        with path.open("rb") as file:
            found |= {str(message.id) for message in read_po(file, locale="zh")}
    return found


SHOWN = shown()


@pytest.mark.parametrize("page", ["desk.md", "installation.md", "sitting.md", "sync.md", "tls.md"])
def test_what_a_page_quotes_in_italics_is_shown_somewhere(page: str) -> None:
    quoted = ITALICS.findall(CODE.sub("", text_of(page)))
    missing = [q for q in quoted if not any(t == q or t.startswith(f"{q} (") for t in SHOWN)]
    assert missing == []


def cited() -> set[str]:
    """Requirements that the code cites."""
    files = [
        path
        for folder in ("kiosk", "sync")
        for suffix in ("py", "js", "html", "toml")
        for path in (ROOT / folder).rglob(f"*.{suffix}")
    ]
    return {r for path in files for r in re.findall(r"\bR[1-9]\d?\b", path.read_text("utf-8"))}


def requirement(number: str) -> str:
    """What the page says of a requirement."""
    found = re.search(rf"^### {number} .*?(?=^##|\Z)", REQUIREMENTS, re.MULTILINE | re.DOTALL)
    assert found is not None, number
    return found[0]


NUMBERS = [f"R{number}" for number in range(1, 25)]


@pytest.mark.parametrize("number", NUMBERS)
def test_every_requirement_says_where_it_is_and_what_shows_it(number: str) -> None:
    text = requirement(number)
    assert "**Where:**" in text
    assert "**Shown by:**" in text
    assert "**Missing:**" in text


def test_code_cites_only_requirements_that_are_explained() -> None:
    assert cited() - set(NUMBERS) == set()
