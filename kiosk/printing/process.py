"""Makes PDFs in a process of their own, so that a server with an exam pays nothing for them.

The process gets the document by a pipe and answers by a pipe: names and portraits never touch the
disk. It works at low priority, one at a time, and a broken picture or font ends only it.
"""

import subprocess
import sys
from pathlib import Path

from kiosk.printing.documents import Document
from kiosk.printing.errors import PrintingFailed
from sync.wire.sealing.costly import Queue

SECONDS = 120
"""Longest time for one document."""

_COMMAND = [sys.executable, "-P", "-m", "kiosk.printing"]
_turns = Queue(at_once=1, waiting=0)


def make_pdf(document: Document, font: Path) -> bytes:
    """Return a document as a PDF.

    Raises:
        PrintingFailed: the process ended without one, or took too long.
        TooBusy: another document is being made.
    """
    with _turns.turn():
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and module
                [*_COMMAND, str(font)],
                input=document.model_dump_json().encode(),
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise PrintingFailed(why=f"it took more than {SECONDS} seconds") from error
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise PrintingFailed(why=lines[-1] if lines else f"exit code {done.returncode}")
    return done.stdout
