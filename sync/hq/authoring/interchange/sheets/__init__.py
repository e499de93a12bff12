"""Items in spreadsheets, in the layouts of our template and of other offices and products."""
