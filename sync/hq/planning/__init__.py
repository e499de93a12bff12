"""Sittings as they are planned: papers, names, warnings; moved, cancelled and repeated."""
