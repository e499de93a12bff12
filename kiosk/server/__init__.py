"""The web server under every app: Waitress with limits."""
