"""Storage of headquarters: a database of rows and a folder of objects named by their content."""
