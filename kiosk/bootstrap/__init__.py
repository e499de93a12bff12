"""Composition root: the only place that knows all parts, the clock, ids and randomness.

``system``: the real clock, ids and random bytes. ``setup``: new centres and enrolment.
``centre``: a centre's parts put together and run. ``serving``: an app under Waitress.
"""
