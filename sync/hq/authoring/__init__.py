"""Content of exams: programmes, the item bank, papers, and item files of other systems."""
