"""The worker processes, and the queue before them."""
