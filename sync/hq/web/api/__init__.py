"""APIs for programs: sync, uploads, the pull API."""
