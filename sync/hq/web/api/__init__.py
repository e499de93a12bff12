"""What machines call: sync, uploads, the pull API."""
