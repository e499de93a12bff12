"""Pages of lists."""


def clamped(wanted: int, count: int, size: int) -> tuple[int, int]:
    """Return the page to show and how many there are; an empty list has one.

    ``wanted``: from 1; the nearest page is shown where there is none with that number. ``size``:
    rows of a page.
    """
    pages = max(1, -(-count // size))
    return max(1, min(wanted, pages)), pages
