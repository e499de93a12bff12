"""Papers, sealed packages, unlock codes, and what a centre's inbox offers."""
