"""Results as the exam office lists and pulls them."""
