"""Intake of what centres deliver: exactly once, and acknowledged only when it is durable."""
