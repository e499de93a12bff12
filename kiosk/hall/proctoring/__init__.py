"""Watching attempts: face analysis, incidents, disturbances."""
