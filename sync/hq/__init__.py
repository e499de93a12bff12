"""Headquarters: prepares exams, takes in results, and lets the exam office pull them."""
