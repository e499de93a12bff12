"""Documents of a sitting's printed set, composed from what the hall knows and set as PDFs."""
