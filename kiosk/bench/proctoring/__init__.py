"""Honest and dishonest behaviour before a camera, drawn frame by frame, and what the rules say."""
