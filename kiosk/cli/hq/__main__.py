"""``python -m kiosk.cli.hq`` is the ``hq`` command."""

from kiosk.cli.hq import main

main()
