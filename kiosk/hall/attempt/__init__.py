"""One candidate's attempt, from *ready* to its end."""
