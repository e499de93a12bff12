"""What several rooms of headquarters share: audit log, scoring, storage upkeep."""
