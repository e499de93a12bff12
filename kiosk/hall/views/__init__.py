"""What the use cases show: plain frozen values that the web turns into pages and JSON."""
