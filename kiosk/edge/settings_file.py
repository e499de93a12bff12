"""Changes values of `[server]` in a settings file and preserves its comments."""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk.settings import SettingsError, read_text

Value = bool | int | str | list[str]
HEADER = r"^\[server\].*\n"


def change_server(path: Path, values: Mapping[str, Value]) -> None:
    """Write the values durably; owner and mode of the file stay the same.

    Raises:
        SettingsError: the file is written in a way that this cannot change.
    """
    text = read_text(path)
    changed = with_server(text, values)
    # The edit is textual; parsing both proves that it changed these values and nothing else.
    if _parsed(changed) != _wanted(text, values):
        lines = "; ".join(f"{key} = {as_toml(value)}" for key, value in values.items())
        raise SettingsError(f"{path} cannot be changed here. Write below [server]: {lines}")
    _replace(path, changed)


def with_server(text: str, values: Mapping[str, Value]) -> str:
    """Return the text with these values below `[server]`; comments behind values stay."""
    if not re.search(HEADER, text, re.MULTILINE):
        text = text.rstrip("\n") + "\n\n[server]\n"
    start, end = _section(text)
    section = text[start:end]
    for key, value in values.items():
        section = _with_value(section, key, as_toml(value))
    return text[:start] + section + text[end:]


def _with_value(section: str, key: str, value: str) -> str:
    line = re.compile(rf"^({key}[ \t]*=[ \t]*)[^#\n]*?([ \t]*#.*)?$", re.MULTILINE)
    found = line.search(section)
    if found is None:
        return section.rstrip("\n") + f"\n{key} = {value}\n\n"
    return section[: found.start()] + found[1] + value + (found[2] or "") + section[found.end() :]


def _section(text: str) -> tuple[int, int]:
    header = re.search(HEADER, text, re.MULTILINE)
    start = header.end() if header else len(text)
    following = re.compile(r"^\[", re.MULTILINE).search(text, start)
    return start, following.start() if following else len(text)


def as_toml(value: Value) -> str:
    """Format a value as TOML, which JSON's syntax equals for these types."""
    return json.dumps(value, ensure_ascii=False)


def _wanted(text: str, values: Mapping[str, Value]) -> dict[str, Any]:
    data = tomllib.loads(text)
    return {**data, "server": {**data.get("server", {}), **values}}


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _replace(path: Path, text: str) -> None:
    """Replace the file but preserve its owner: the service reads it as another user than root."""
    before = path.stat()
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchown(handle, before.st_uid, before.st_gid)
        os.fchmod(handle, before.st_mode & 0o777)
        file.write(text)
        file.flush()
        os.fsync(handle)
    part.replace(path)
