"""The centre server: runs the exam hall on one machine."""

__version__ = "0.3.0"
"""Of the software: the centre's and headquarters' alike. CONTRIBUTING says what a release needs."""
