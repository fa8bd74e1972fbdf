"""Files that are written whole or not at all, for their owner alone, and locks that end with their process."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from glob import escape, glob
from pathlib import Path


def write_whole(path: str, content: bytes) -> None:
    """Replace a file, or make it: first under another name, flushed to the disk, then renamed over the old one.

    Args:
        path: of the file; its folder is there.
        content: all of it.

    Raises:
        OSError: if the disk is full or not writable; the old file is still whole then.
    """
    folder = os.path.dirname(path)
    handle, temporary = tempfile.mkstemp(prefix=_beginning(path), dir=folder)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    flush_folder(folder)


def remove_leftovers(path: str) -> None:
    """Remove what was left by runs that were killed while they wrote a file. Only who holds its lock may do so.

    Args:
        path: of the file itself, which is not touched.
    """
    for leftover in glob(os.path.join(escape(os.path.dirname(path)), f"{escape(_beginning(path))}*")):
        with contextlib.suppress(OSError):
            os.unlink(leftover)


def flush_folder(folder: str) -> None:
    """Make a rename outlast a power cut, where the system can; the file is in its place already.

    Args:
        folder: in which something was renamed.
    """
    if hasattr(os, "O_DIRECTORY"):
        with contextlib.suppress(OSError):  # some network file systems refuse
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def takes_files(folder: Path) -> Path:
    """Make a file without a name where a folder is, or would be made; nothing of it stays.

    Args:
        folder: for what is to be written.

    Returns:
        The folder, or the nearest one above it that is there.

    Raises:
        OSError: if no file can be made there.
    """
    there = next((path for path in (folder, *folder.parents) if os.path.exists(path)), folder)
    with tempfile.TemporaryFile(dir=there):
        return there


def lock(descriptor: int, wait: bool = False) -> None:
    """Take the lock of an open file; closing it, or the end of the process, gives it back.

    Args:
        descriptor: of the file.
        wait: until nobody else has it; Windows gives up after ten seconds.

    Raises:
        OSError: if somebody else has it, or the file system has no locks.
    """
    if sys.platform == "win32":
        import msvcrt

        # One byte far behind the text: Windows locks from the current position, and what is locked cannot be read.
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _beginning(path: str) -> str:
    return f".{os.path.basename(path)}~"
