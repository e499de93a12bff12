"""Passwords: unknown accounts cost as much as known ones and let nobody in."""

import subprocess
import sys

from argon2 import PasswordHasher

from kiosk.credentials.passwords import NOBODY, make_hash, matches


def test_only_the_password_matches_its_hash() -> None:
    stored = make_hash("correct horse battery")
    assert matches(stored, "correct horse battery")
    assert not matches(stored, "Correct horse battery")
    assert not matches("not a hash", "correct horse battery")


def test_nothing_matches_an_unknown_account() -> None:
    assert matches(NOBODY, "nobody has this password")
    assert not matches(None, "nobody has this password")


def test_a_hash_costs_what_the_library_advises() -> None:
    """In a process of its own: tests make weaker ones."""
    made = "from kiosk.credentials.passwords import make_hash; print(make_hash('a password'))"
    command = [sys.executable, "-c", made]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert not PasswordHasher().check_needs_rehash(done.stdout.strip())


def test_an_unknown_account_costs_as_much_as_a_known_one() -> None:
    assert not PasswordHasher().check_needs_rehash(NOBODY)
