"""Faces for tests: six people, their portraits and altered live pictures of them."""

from kiosk.vision.samples import frame, sample_frame, sample_portrait

portrait = sample_portrait
live = sample_frame

__all__ = ["frame", "live", "portrait"]
