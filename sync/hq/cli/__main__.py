"""``python -m sync.hq.cli`` is the ``hq`` command."""

from sync.hq.cli import main

main()
