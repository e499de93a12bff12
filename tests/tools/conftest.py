"""Programs of a machine that a test makes up, beside the few real ones that scripts need."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"
REAL = ("sh", "grep", "sed", "awk", "env", "nproc", "dirname", "find", "ln", "sort", "tr")


@dataclass(frozen=True)
class Machine:
    """A folder that is the whole PATH of what runs on it."""

    path: Path

    def program(self, name: str, *lines: str) -> None:
        """Put a shell script there; without lines it succeeds and says nothing."""
        script = self.path / name
        script.write_text("\n".join(["#!/bin/sh", *lines, ""]))
        script.chmod(0o755)

    def run(self, script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run one of the tools."""
        command = [str(self.path / "sh"), str(TOOLS / script), *arguments]
        env = {"PATH": str(self.path), "SBIN": "", "HOME": os.environ.get("HOME", "/")}
        return subprocess.run(command, capture_output=True, text=True, env=env)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Nothing is installed that the project needs."""
    machine = Machine(tmp_path / "bin")
    machine.path.mkdir()
    for name in REAL:
        found = shutil.which(name)
        assert found, name
        (machine.path / name).symlink_to(found)
    machine.program("ldconfig")
    machine.program("python3", "exit 1")
    return machine
