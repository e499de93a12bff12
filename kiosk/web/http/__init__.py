"""HTTP itself: headers, JSON, limits, proxies, errors as replies."""
