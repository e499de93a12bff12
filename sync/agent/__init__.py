"""The centre's side of sync: it calls headquarters, never the other way round."""
