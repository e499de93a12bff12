"""Tables and files of the centre: sittings, staff, terminals, outbox, retention."""
