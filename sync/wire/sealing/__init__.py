"""Keys, signatures and sealed envelopes. All cryptography comes from libraries."""
