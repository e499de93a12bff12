"""A programme: everything that a notice decides, as data."""
