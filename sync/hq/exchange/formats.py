"""Formats of the replies, by name."""

from collections.abc import Mapping, Sequence

from sync.hq.exchange.errors import FormatUnknown

JSON, NDJSON, CSV, XLSX, QTI = "json", "ndjson", "csv", "xlsx", "qti"

OF_LISTS: Mapping[str, str] = {
    JSON: "application/json",
    NDJSON: "application/x-ndjson",
    CSV: "text/csv",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    QTI: "application/zip",
}
"""Media types of lists. QTI has a document for each attempt, in a ZIP file."""

OF_ONE: Mapping[str, str] = {JSON: "application/json", QTI: "application/xml"}
"""Media types of a single attempt."""


def require_format(name: str, known: Sequence[str]) -> str:
    """Return the name of a format.

    Raises:
        FormatUnknown: it is none of the known ones.
    """
    if name not in known:
        raise FormatUnknown(known=", ".join(known))
    return name
