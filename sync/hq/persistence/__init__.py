"""Storage of headquarters: a ledger of rows and a folder of objects named by their content."""
