"""What a centre has closed and delivers to headquarters."""
