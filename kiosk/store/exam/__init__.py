"""Tables of the exam: attempts, answers, incidents and the event log."""
