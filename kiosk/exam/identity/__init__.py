"""Identity: similarity bands of faces, and identity numbers."""
