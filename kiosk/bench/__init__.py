"""Measurements of the product on this machine: figures, never verdicts of tests."""
