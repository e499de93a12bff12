"""Evaluation of face packs on labelled pairs: error rates by group, and thresholds from them.

``pairs`` reads the list, ``trial`` runs a pack over it, ``rates`` and ``people`` turn
similarities into error rates with intervals, ``report`` assembles them, ``calibration`` derives
thresholds. Pictures never leave these modules; a report contains numbers and group names.
"""
