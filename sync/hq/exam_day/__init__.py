"""The exam day of all centres: what headquarters knows of each sitting at each centre."""
