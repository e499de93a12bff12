"""Inbox and removable media: how things reach the other side."""
