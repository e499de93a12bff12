"""Use cases of the exam hall: what staff, candidates and the camera can make happen.

The web and the command line call these; they decide with ``kiosk.exam`` and keep with
``kiosk.store``. :class:`kiosk.hall.services.CentreServices` holds them all.
"""
