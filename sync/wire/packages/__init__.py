"""Exam packages, and the locks of their papers."""
