"""Analysis of camera frames: face packs, picture quality, and the worker processes."""
