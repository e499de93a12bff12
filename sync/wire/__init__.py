"""What travels between headquarters and centres: formats, signing, sealing.

Every primitive comes from PyNaCl; this package only composes them (signed text always names its
format, sender and recipient). Every format states its version, and unknown versions are rejected.
"""
