"""What the lists read from the database."""
