"""Review of incidents and misconduct: people judge step by step, and all can be appealed."""
