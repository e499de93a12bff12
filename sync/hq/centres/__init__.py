"""Centres: their identity, keys and enrolment."""
