"""Pages and API of candidates and their terminals."""
