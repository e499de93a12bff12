"""Passwords, tokens and waits after wrong ones: the same at a centre and at headquarters."""
