"""The web application of headquarters: sync, pull API, console. Parse, call, render."""
