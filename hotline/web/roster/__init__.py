"""The control room's pages on precincts, chairs, PINs and papers."""
