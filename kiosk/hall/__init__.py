"""Use cases of the exam room: what staff, candidates and the camera can do.

The web and the command line call these. They decide with ``kiosk.exam`` and store with
``kiosk.store``. :class:`kiosk.hall.services.CentreServices` bundles them.
"""
