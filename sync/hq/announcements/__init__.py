"""Announcements to centres: written, delivered by sync, confirmed by staff of the centres."""
