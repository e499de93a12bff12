"""Results, as the console lists them and the exam office pulls them."""
