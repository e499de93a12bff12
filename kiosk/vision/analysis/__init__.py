"""What a picture or a sound says, computed in the worker processes."""
