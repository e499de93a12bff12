"""One candidate's attempt: its states, its time and its page leaves."""
