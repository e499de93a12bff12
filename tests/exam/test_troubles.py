"""What fails again and again is tried and said ever less often."""

from itertools import pairwise

from kiosk.exam.troubles import TRY_SELDOM, Troubles


class Clock:
    """Seconds, turned by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_an_hour_of_the_same_failure_is_said_a_few_times_with_a_count() -> None:
    clock = Clock()
    troubles, said = Troubles(clock), []
    for _ in range(3600):
        clock.at += 1
        said += [text] if (text := troubles.failed("job", OSError("no room"))) else []
    assert said[0] == "no room"
    assert said[1] == "no room (failed 61 times)"
    assert len(said) == 6


def test_another_kind_of_failure_is_said_at_once() -> None:
    troubles = Troubles(Clock())
    assert troubles.failed("job", OSError("no room"))
    assert troubles.failed("job", OSError("no room")) is None
    assert troubles.failed("job", ValueError("no number")) == "no number"
    assert troubles.failed("other job", OSError("no room")) == "no room"


def test_what_works_again_says_so_once() -> None:
    troubles = Troubles(Clock())
    assert troubles.worked("job") is None
    troubles.failed("job", OSError("no room"))
    troubles.failed("job", OSError("no room"))
    assert troubles.worked("job") == "works again (failed 2 times)"
    assert troubles.worked("job") is None
    assert troubles.failed("job", OSError("no room")) == "no room"


def test_an_error_without_words_is_named() -> None:
    assert Troubles(Clock()).failed("job", MemoryError()) == "MemoryError"


def test_what_failed_is_due_after_pauses_that_grow_to_a_minute() -> None:
    clock = Clock()
    troubles, tries = Troubles(clock), []
    for second in range(600):
        clock.at = float(second)
        if troubles.due("job"):
            tries.append(second)
            troubles.failed("job", OSError("no room"))
    pauses = [late - soon for soon, late in pairwise(tries)]
    assert pauses[:6] == [1, 2, 4, 8, 16, 32]
    assert max(pauses) == TRY_SELDOM
    troubles.worked("job")
    assert troubles.due("job")
