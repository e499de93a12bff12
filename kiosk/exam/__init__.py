"""The exam itself: rules and values, without web, database, camera, clock or network.

Everything here is a pure function or a frozen value. Time, ids and randomness come in as
parameters (:mod:`kiosk.exam.ports`), so that each rule can be tested at its boundary.
"""
