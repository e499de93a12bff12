"""Rehearsals and the demo: simulated candidates at real servers.

Centres run a rehearsal before exam day.

Everything uses HTTP to servers in separate processes; the simulation knows only what a browser
would know.
"""
