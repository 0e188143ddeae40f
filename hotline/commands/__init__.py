"""The subcommands of `hotline`, a file each: `command` in NAME.py is `hotline NAME`."""
