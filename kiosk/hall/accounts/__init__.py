"""Staff accounts, passwords, sessions, and the throttle on wrong secrets."""
