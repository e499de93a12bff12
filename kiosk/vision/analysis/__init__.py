"""Analysis of pictures and sound, run in the worker processes."""
