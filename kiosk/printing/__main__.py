"""The process that makes one PDF: a document as JSON in, the PDF out. Argument: the font's file."""

import logging
import os
import sys
from pathlib import Path

from kiosk.printing.documents import Document
from kiosk.printing.typesetting import typeset

_BELOW_THE_SERVER = 10


def main() -> None:
    """Read a document, and write its PDF."""
    os.nice(_BELOW_THE_SERVER)
    logging.disable(logging.WARNING)
    document = Document.model_validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(typeset(document, Path(sys.argv[1])))


if __name__ == "__main__":
    main()
