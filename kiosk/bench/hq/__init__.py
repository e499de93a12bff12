"""Measurements of headquarters and of sync."""
