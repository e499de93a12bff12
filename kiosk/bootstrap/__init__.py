"""Composition root: the only package that knows all parts, the clock, ids and randomness.

``setup``: new centres and their certificate. ``enrolment``: enrolment by network, and changes
of keys. ``centre``: a centre's parts assembled and run. ``link``: its connections to
headquarters. ``backup``, ``restore``, ``rescue``, ``check``, ``retention``: work on a data
directory from the command line.
"""
