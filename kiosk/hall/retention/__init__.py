"""What is kept of past sittings, and its deletion."""
