"""``python -m tests.faults.serve FOLDER``: headquarters in a process of its own, to be killed.

Its clock stands at the hour of all these tests. It prints its port, and serves one request after
the other until its input is closed.
"""

import sys
from pathlib import Path

from kiosk.server.serving import listening
from kiosk.system import entropy, new_id
from sync.hq.services import open_headquarters
from sync.hq.web.app import create_app
from tests.centres import ManualClock
from tests.hq.desk import QUICK

if __name__ == "__main__":
    hq = open_headquarters(Path(sys.argv[1]), ManualClock(), new_id, entropy, QUICK)
    with listening(create_app(hq), "127.0.0.1", 0, 1) as url:
        print(url.rpartition(":")[2], flush=True)
        sys.stdin.read()
    hq.close()
