"""Items, their texts, and answers to them."""
