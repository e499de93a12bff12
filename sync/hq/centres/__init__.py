"""Centres: who they are, and how they are enrolled."""
