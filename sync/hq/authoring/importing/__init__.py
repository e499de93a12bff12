"""Import of items, in steps: read and compare, show, store what was chosen, undo."""
