"""Papers, each candidate's form of one, and scoring."""
