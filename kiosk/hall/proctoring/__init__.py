"""Proctoring of attempts: face analysis, incidents, disturbances."""
