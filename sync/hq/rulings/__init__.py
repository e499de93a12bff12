"""Rulings on items after the exam: challenges, changed keys, their effect, and rescoring."""
