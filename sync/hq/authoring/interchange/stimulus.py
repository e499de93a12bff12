"""The shared stimulus of a group in formats that know only a question's text."""

import re

from sync.hq.authoring.interchange.rich import PictureOut, to_html

_OPEN = '<div class="exam-stimulus">'
_STIMULUS = re.compile(rf"\s*{_OPEN}(?P<stimulus>.*?)</div>(?P<stem>.*)", re.DOTALL)


def with_stimulus(stimulus: str, stem: str, picture: PictureOut) -> str:
    """Return HTML of a stem below its stimulus, which may be empty."""
    above = f"{_OPEN}{to_html(stimulus, picture)}</div>" if stimulus else ""
    return above + to_html(stem, picture)


def split_stimulus(html: str) -> tuple[str, str]:
    """Return the HTML of the stimulus, which may be empty, and that of the stem."""
    found = _STIMULUS.fullmatch(html)
    return (found["stimulus"], found["stem"]) if found else ("", html)
