"""What is missing is named at once, and installed packages are looked at again."""

import pytest

from tests.tools.conftest import Machine

LIBRARIES = ("libGL.so.1", "libgthread-2.0.so.0", "libatomic.so.1")
RUN = "libgl1 libglib2.0-0 python3-venv"
TEST = (
    "libatomic1 chromium fontconfig fonts-noto-cjk caddy nginx-light openssl poppler-utils "
    "iproute2 curl libnss3-tools strace postgresql"
)
PROGRAMS = ("caddy", "nginx", "openssl", "ip", "curl", "certutil")


def make_complete(machine: Machine) -> None:
    machine.program("ldconfig", *(rf"printf '\t{name} (libc6) => /{name}\n'" for name in LIBRARIES))
    machine.program("fc-list", "echo font")
    for name in ("python3", "chromium", "pdfsig", "strace", "initdb", *PROGRAMS):
        machine.program(name)


def make_root(machine: Machine, *on_install: str) -> None:
    machine.program("id", "echo 0")
    machine.program("apt-get", f'echo "$@" >> {machine.path}/apt.log', *on_install)


@pytest.fixture
def user(machine: Machine) -> Machine:
    """Somebody who may not install packages."""
    machine.program("id", "echo 1000")
    machine.program("apt-get", "exit 100")
    return machine


def test_a_user_reads_everything_in_one_sentence(user: Machine) -> None:
    done = user.run("debian-packages", "run", "test")
    assert done.returncode == 1
    command = f"apt-get install --no-install-recommends {RUN} {TEST}"
    assert done.stderr == f"Debian packages are missing. Run as root: {command}\n"


def test_running_needs_nothing_of_the_tests(user: Machine) -> None:
    assert user.run("debian-packages", "run").stderr.endswith(f" {RUN}\n")


@pytest.mark.parametrize("library", LIBRARIES)
def test_one_missing_library_is_found(user: Machine, library: str) -> None:
    make_complete(user)
    script = user.path / "ldconfig"
    script.write_text(script.read_text().replace(f"{library} (", f"{library}.9 ("))
    done = user.run("debian-packages", "run", "test")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.split("recommends ")[1].startswith("lib")


def test_a_complete_machine_is_left_alone(user: Machine) -> None:
    make_complete(user)
    done = user.run("debian-packages", "run", "test", "faults", "postgresql")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_another_system_than_debian_reads_the_names(machine: Machine) -> None:
    machine.program("id", "echo 0")
    done = machine.run("debian-packages", "faults")
    assert (done.returncode, "apt-get" in done.stderr) == (1, False)
    assert done.stderr.endswith(": strace\n")


def test_root_installs_all_of_it_at_once(machine: Machine) -> None:
    machine.program("later", "true")
    make_root(machine, f"ln -sf later {machine.path}/strace")
    done = machine.run("debian-packages", "faults")
    assert (done.returncode, done.stderr) == (0, "")
    assert (machine.path / "apt.log").read_text().splitlines() == [
        "update -qq",
        "install --no-install-recommends strace -y -qq",
    ]


def test_what_is_still_missing_after_the_installation_is_said(machine: Machine) -> None:
    make_root(machine)
    done = machine.run("debian-packages", "run", "test")
    assert done.returncode == 1
    assert done.stderr == f"Installed, but still not usable: {RUN} {TEST}\n"
    assert len((machine.path / "apt.log").read_text().splitlines()) == 2


def test_an_unknown_purpose_is_refused(user: Machine) -> None:
    assert user.run("debian-packages", "walk").returncode == 2
