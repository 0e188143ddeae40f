"""Runs a command that is told to stop when the process that started it is gone, however it went.

    python tether.py PID-OF-THE-STARTER PROGRAM [ARGUMENT ...]

Started as a plain file, without the package: it is the first thing that each child process runs.
Where there is no prctl (macOS), children of a supervisor that was killed with SIGKILL stay; the
next `hotline up` ends the Redis among them.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""linux/prctl.h: the signal that this process gets when its parent dies; survives an exec."""


def main() -> None:
    starter, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != starter:  # it died before we had asked to be told
        sys.exit(f"The process {starter} that started {command[0]} is gone.")
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
