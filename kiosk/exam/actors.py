"""Who acts, as events and rows name them: staff:NAME, candidate, terminal, camera or system."""

_STAFF = "staff:"


def member_of_staff(username: str) -> str:
    """The actor for a member of staff."""
    return _STAFF + username


def shown_name(actor: str) -> str:
    """The name that people know a member of staff by; every other actor unchanged."""
    return actor.removeprefix(_STAFF)
