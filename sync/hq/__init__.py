"""Headquarters: prepares exams, takes in results, and lets the exam office pull them.

``open_headquarters(data_dir, clock, ids, entropy)`` gives the services, ``create_app(hq)`` the
web application around them.
"""

from sync.hq.services import Headquarters, initialise, open_headquarters
from sync.hq.web.app import create_app

__all__ = ["Headquarters", "create_app", "initialise", "open_headquarters"]
