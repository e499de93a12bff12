"""One candidate's attempt: its states, its time, its page leaves."""
