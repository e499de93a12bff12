"""The centre's machine: disk, backups, HTTPS, clock, restored databases."""
