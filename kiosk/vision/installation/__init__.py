"""Installing packs: downloads, files from a USB stick, and licences."""
