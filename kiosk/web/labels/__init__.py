"""Display names and texts for the stable ids of the use cases."""
