"""For the supervising body: random samples of candidates, and what happened to each (R23)."""
