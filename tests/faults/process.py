"""Headquarters in a process of its own: several over one folder, or killed at a given moment."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from tests.faults.sites import HqSite

Process = subprocess.Popen[str]


@contextmanager
def served(site: HqSite, trace: Sequence[str] = (), processes: int = 1) -> Iterator[list[Process]]:
    """So many servers over the site's folder, which must be closed; stopped in the end.

    ``trace`` are words to put before the command.
    """
    command = [*trace, sys.executable, "-m", "tests.faults.serve", str(site.data)]
    with ExitStack() as stack:
        started = []
        for _ in range(processes):
            one = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            stack.callback(one.wait)
            started.append(stack.enter_context(one))
        site.proxy.targets = [int(one.stdout.readline()) for one in started if one.stdout]
        try:
            yield started
        finally:
            site.proxy.targets = []


def killed_at(call: str, number: int) -> Sequence[str]:
    """Words that end a command by SIGKILL at the n-th such system call of one of its threads."""
    inject = f"inject={call}:signal=SIGKILL:when={number}"
    return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject]
