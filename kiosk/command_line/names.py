"""Names of what is delivered and stored, for command lines."""

DELIVERIES = {"result": "results", "event_log": "event-log parts", "evidence": "pictures"}
"""By kind, in the plural."""

DATA = {
    "portraits": "portraits",
    "papers": "papers",
    "pictures": "pictures",
    "answers": "answers",
    "event_log": "event log",
}
"""Classes of data with a retention period."""
