"""Pages for everybody: no session, nothing listed, every try counted."""
