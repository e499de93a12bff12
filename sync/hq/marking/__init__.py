"""Marking of written answers: anonymised, standardised, twice where the plan says so (R11, R23)."""
