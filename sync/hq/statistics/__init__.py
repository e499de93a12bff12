"""Statistics of a sitting's papers: items, reliability, scores, centres, incidents, drift.

Every figure is defined in ``docs/statistics.md``, with its source and its limits.
"""
