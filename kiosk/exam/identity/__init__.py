"""Who somebody is: similarity bands and identity numbers."""
