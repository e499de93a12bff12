"""What an exam is made of: programmes, the item bank, papers, and other systems' item formats."""
