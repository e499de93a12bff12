"""Services that several packages of headquarters share: audit log, scoring, storage upkeep."""
