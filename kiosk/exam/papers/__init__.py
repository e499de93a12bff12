"""Papers, each candidate's form of one, and its score."""
