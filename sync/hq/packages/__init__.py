"""Papers, sealed exam packages, unlock codes, and the inboxes of centres."""
