"""Registration: candidates, entry conditions, portraits, seats, admission tickets."""
