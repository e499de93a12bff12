"""Check-in rules: devices, what a person inspects, the face check's head turns."""
