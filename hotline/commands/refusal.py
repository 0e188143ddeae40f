"""The refusal of a command, apart from what else may be refused, which is long to import."""


class CommandRefusal(Exception):
    """The command will not do this; the message says why, and what would help."""
