"""Evaluation of face packs on labelled pairs: error rates by group, and thresholds from them.

``pairs`` reads the list, ``trial`` runs a pack over it, ``rates`` and ``people`` turn similarities
into error rates with intervals, ``report`` puts them together, ``calibration`` reads thresholds
off. Pictures never leave these modules; a report holds numbers and group names.
"""
