"""Release of results: check list, two people, published versions, look-up, recounts."""
