"""What centres deliver to headquarters, and the receipts for it."""
