"""A sitting: package, seats, readiness, start and closing."""
