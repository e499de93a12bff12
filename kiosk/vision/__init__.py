"""What a camera frame says: face packs, picture quality, analysis in worker processes."""
