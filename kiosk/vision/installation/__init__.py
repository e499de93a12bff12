"""Installing packs: downloads, files that somebody carries, and licences."""
