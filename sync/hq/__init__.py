"""Headquarters: prepares exams, receives results, and serves them to the exam office."""
