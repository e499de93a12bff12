"""Pages and API for the centre's staff."""
