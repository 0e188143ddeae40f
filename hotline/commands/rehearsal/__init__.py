"""The command that plays a whole night."""
