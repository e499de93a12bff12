"""Webhooks: headquarters tells registered programs what has changed, and tries until it arrives."""
