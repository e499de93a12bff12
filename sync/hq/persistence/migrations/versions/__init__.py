"""One file for each step; they are never changed once they are released."""
