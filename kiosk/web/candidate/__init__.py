"""Pages and API for candidates and their terminals."""
