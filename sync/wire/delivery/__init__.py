"""What centres deliver, and the receipts for it."""
