"""A programme: everything that an official notice decides, as data."""
