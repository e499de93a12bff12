"""Check-in rules: devices, inspection by staff, the face check with its head turns."""
