"""Commands that start the processes: all of them, or one."""
