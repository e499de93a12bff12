"""Exam packages, and the two locks of their papers."""
