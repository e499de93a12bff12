"""Check-in: terminals, devices, sign-in, inspection, face check."""
