"""HTTP concerns: headers, JSON, limits, proxies, errors as replies."""
