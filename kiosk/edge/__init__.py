"""The HTTPS edge between browsers and a server: Caddy's configuration and its checks."""
