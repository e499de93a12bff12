"""What the commands ``kiosk`` and ``hq`` share: lazy groups, options, clean errors, HTTPS."""
