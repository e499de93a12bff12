"""Certificates: issued by two people, signed, verifiable without a network (R7)."""
