"""Names and texts for what the hall says in stable ids."""
