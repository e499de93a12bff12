"""Who sits an exam: candidates, entry conditions, portraits, seats, admission tickets."""
