"""``[storage]`` of ``hq.toml``, changed without touching anything else in the file."""

import json
import tomllib
from collections.abc import Iterator, Mapping

from kiosk.settings import SettingsError
from sync.hq.settings import StorageSettings


def with_storage(text: str, storage: StorageSettings) -> str:
    """Return the text of a settings file that names this storage; comments stay.

    Raises:
        SettingsError: the file is written in a way that this cannot change.
    """
    wanted = storage.model_dump()
    changed = "\n".join(_lines(text, wanted)) + "\n"
    expected = {**tomllib.loads(text), "storage": wanted}
    if tomllib.loads(changed) != expected:
        raise SettingsError("[storage] of hq.toml cannot be changed here: edit it by hand")
    return changed


def _lines(text: str, wanted: Mapping[str, str]) -> Iterator[str]:
    missing, inside = dict(wanted), False
    lines = text.splitlines()
    if "storage" not in tomllib.loads(text):
        lines = ["[storage]", *lines] if not lines or lines[0].startswith("[") else _headed(lines)
    for line in lines:
        if line.strip().startswith("["):
            if inside:
                yield from (_line(name, missing.pop(name)) for name in list(missing))
            inside = line.split("#")[0].strip() == "[storage]"
        name = line.split("=")[0].strip()
        if inside and name in missing and "=" in line:
            yield _line(name, missing.pop(name))
        else:
            yield line
    if inside:
        yield from (_line(name, value) for name, value in missing.items())


def _headed(lines: list[str]) -> list[str]:
    """Put the table after what precedes all tables, such as comments."""
    first = next((at for at, line in enumerate(lines) if line.startswith("[")), len(lines))
    return [*lines[:first], "[storage]", *lines[first:]]


def _line(name: str, value: str) -> str:
    return f"{name} = {json.dumps(value)}"
