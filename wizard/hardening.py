"""What this process does first, so that what it will hold cannot be read from elsewhere: called by the door and by every child."""

from __future__ import annotations

import contextlib
import os
import sys

_DUMPABLE = 4
"""PR_SET_DUMPABLE of <linux/prctl.h>."""


def harden() -> None:
    """Take Textual's debugging switches out of the environment, allow no core dump, make new files private.

    Textual would write every key and paste to a file if ``TEXTUAL_DEBUG`` or ``TEXTUAL_LOG`` were set. On Linux other
    processes of the same user (not root) cannot read this one's memory afterwards; exec undoes that, so every child calls
    this again. What a system does not have is skipped.
    """
    for name in [n for n in os.environ if n.startswith("TEXTUAL")]:
        os.environ.pop(name)
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
