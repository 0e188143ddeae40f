"""Who gets through: the caller, and the PIN that proves a chair. Pure."""
