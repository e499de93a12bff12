"""PDFs on A4 with Chinese text: fonts and line breaks of both products, documents of a centre."""
