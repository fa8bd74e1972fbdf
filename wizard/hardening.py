"""What this process does first, so that what it will hold cannot be read from elsewhere: called by the door and by every child."""

from __future__ import annotations

import contextlib
import logging
import os
import sys

from wizard.crash import report_crashes_without_values

SWITCHES = (
    "TEXTUAL",  # and all that begin so: every key and paste into a file, a screenshot on its own
    "SSLKEYLOGFILE",  # the keys of every TLS connection into a file
    "PYTHONASYNCIODEBUG",  # slow callbacks with their arguments
    "PYTHONBREAKPOINT", "PYTHONDEVMODE", "PYTHONDUMPREFS", "PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONTRACEMALLOC",
)  # fmt: skip
"""How the names of environment variables begin that make a program tell what it holds."""

_DUMPABLE = 4
"""PR_SET_DUMPABLE of <linux/prctl.h>."""


def harden() -> None:
    """Take away what could tell values: debugging switches, logs, tracebacks, core dumps, files that others can read.

    Nothing of ours is logged, and the libraries below log headers and signatures at DEBUG; so logging is off altogether,
    whatever handlers and levels somebody has set up. On Linux other processes of the same user (not root) cannot read this
    one's memory afterwards; exec undoes that, so every child calls this again. What a system does not have is skipped.
    """
    for name in [n for n in os.environ if n.startswith(SWITCHES)]:
        os.environ.pop(name)
    logging.disable(sys.maxsize)
    report_crashes_without_values()
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    if sys.platform == "linux":
        # Some builds of Python come without ctypes, some C libraries without prctl.
        with contextlib.suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(_DUMPABLE, 0, 0, 0, 0)
