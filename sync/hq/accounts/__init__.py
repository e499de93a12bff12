"""Accounts of staff and tokens of programs that may use headquarters."""
