"""People and programs that may use headquarters."""
