"""What is kept for the roster: chairs, phones, PINs, sheets and letters."""
