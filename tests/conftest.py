"""For all tests: nothing is judged by how long it took, and what is costly is done once."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from kiosk.credentials import passwords
from kiosk.settings import DEFAULT_PACK
from kiosk.vision.installation.python_packages import build_from_package
from kiosk.vision.packs.manifest import default_weights, read_pack
from sync.wire.packages import paperlock
from tests.centres import usual_centre

settings.register_profile("shared-machine", deadline=None)
settings.load_profile("shared-machine")


def quiet(*_progress: object) -> None:
    """Nobody looks at the progress."""


@pytest.fixture(scope="session", autouse=True)
def _passwords_cost_little() -> Iterator[None]:
    """A hash as the product makes them takes a sixth of a second, and so does each sign-in."""
    weak = PasswordHasher(1, 8, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", weak)
        patch.setattr(passwords, "NOBODY", weak.hash("nobody has this password"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _unlock_codes_are_stretched_once() -> Iterator[None]:
    """The same code with the same salt gives the same key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paperlock, "derive", cache(paperlock.derive))
        yield


@pytest.fixture(scope="session")
def _usual_centre() -> None:
    """What ``usual_site`` copies is made before a test patches anything."""
    usual_centre()


class Compiled(BytecodeCache):
    """Templates that were compiled in this process."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give it what the same text became before."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if bucket.code is not None:
            self._code[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _templates_and_routes_are_compiled_once() -> Iterator[None]:
    """Each test has an app of its own, which would compile its pages and routes again."""
    compiled, kept = Rule._compile_builder, dict[Any, Callable[..., tuple[str, str]]]()

    def compile_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, *rule._trace, append_unknown)
        if rule.defaults or key not in kept:
            kept[key] = compiled(rule, append_unknown)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": Compiled()})
        patch.setattr(Rule, "_compile_builder", compile_builder)
        yield


@pytest.fixture(scope="session")
def weights() -> Path:
    """The folder of this user's packs, with the embedded pack in it; tests only read it."""
    return build_from_package(read_pack(DEFAULT_PACK), default_weights(), quiet).parent


@pytest.fixture(scope="session")
def dlib_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built dlib pack in it."""
    folder = tmp_path_factory.mktemp("weights")
    return build_from_package(read_pack("dlib"), folder, quiet).parent
