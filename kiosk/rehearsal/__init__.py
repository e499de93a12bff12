"""Rehearsals as centres hold before exam day, and the demo: simulated candidates, real servers.

Everything goes over HTTP to servers in processes of their own; what the simulation knows of the
hall is what a browser would know.
"""
