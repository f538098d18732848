"""Sound on its way in: every source becomes 16 kHz mono here, once."""
