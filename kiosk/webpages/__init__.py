"""What the pages of both products share: languages, headers, cookies, origins, style tokens."""
