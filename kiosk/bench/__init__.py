"""Measurements of the product on this machine. They report figures and never pass or fail."""
