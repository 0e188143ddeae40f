"""The subcommands of `hotline`, a file each: `command` in ROOM/NAME.py is `hotline NAME`."""
