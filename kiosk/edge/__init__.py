"""What stands between browsers and a server of ours: Caddy, with HTTPS."""
