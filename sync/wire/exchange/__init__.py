"""Inbox and removable media: the two ways in which data reach the other side."""
