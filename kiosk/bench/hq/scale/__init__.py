"""Headquarters at its size: every list's first page, and a large batch of certificates."""
