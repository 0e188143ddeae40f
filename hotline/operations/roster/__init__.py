"""Use cases of the roster: chairs, phones, PINs, sheets and letters."""
