"""Storage of headquarters: a database of rows, and objects named by their SHA-256."""
