"""Taking in what centres deliver: exactly once, never acknowledged before it is durable."""
