"""What is stored of past sittings, and its deletion."""
