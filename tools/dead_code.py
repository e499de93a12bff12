"""List code that nothing uses, and fail if there is any (`python -m tools.dead_code`).

Use by tests counts.

Fields and constants are ignored, because JSON, templates, scripts and TOML read them by name.
Names that frameworks call are listed in pyproject.toml.
"""

import sys
from pathlib import Path

from vulture import Vulture
from vulture.config import make_config

TESTS = Path(__file__).parent.parent / "tests"
READ_BY_NAME = ("variable", "attribute")


def main() -> int:
    """Print one line per finding; return 1 if there is any."""
    config = make_config([])
    code = Vulture(
        ignore_names=config["ignore_names"], ignore_decorators=config["ignore_decorators"]
    )
    code.scavenge(config["paths"])
    found = [
        item
        for item in code.get_unused_code(min_confidence=60)
        if item.typ not in READ_BY_NAME and not item.filename.is_relative_to(TESTS)
    ]
    for item in found:
        print(f"{item.filename.relative_to(TESTS.parent)}:{item.first_lineno}: {item.message}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
