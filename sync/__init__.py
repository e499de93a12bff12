"""What leaves and enters the centre, and headquarters."""
