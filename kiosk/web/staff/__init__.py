"""Pages and API of the centre's staff."""
