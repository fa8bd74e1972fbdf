"""Failing without saying too much: a crash report that holds no values, for the wizard, the commands and every child."""

from __future__ import annotations

import contextlib
import sys
import traceback
from collections.abc import Iterable, Iterator
from typing import Any

Failure = tuple[str, Iterable[Any]]
"""What kind, and where: of each frame only ``filename``, ``lineno`` and ``name`` are used."""


def crash_report(error: BaseException | None) -> str:
    """Return where the program failed, without messages, source lines or local variables.

    Exception texts carry values; Textual's own report, and others, print the locals of every frame too.

    Args:
        error: what was raised, or None if nobody knows.
    """
    return told(_failures(error))


def told(failures: Iterable[Failure]) -> str:
    """Return the report.

    Args:
        failures: what was raised last comes first.
    """
    lines = ["The program failed. What was saved is still there; start it again to go on."]
    for kind, frames in failures:
        lines.append(kind)
        lines += [f"  {'/'.join(f.filename.rsplit('/', 2)[-2:])}:{f.lineno} in {f.name}" for f in frames]
    return "\n".join(lines)


def _failures(error: BaseException | None) -> Iterator[Failure]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield f"{type(error).__module__}.{type(error).__qualname__}", traceback.extract_tb(error.__traceback__)
        error = error.__cause__ or error.__context__


def report_crashes_without_values() -> None:
    """Print the report in place of Python's tracebacks, or of whatever somebody put there: main thread, others, finalizers."""
    import threading

    sys.excepthook = lambda _kind, error, _trace: _print(error)
    threading.excepthook = lambda failed: _print(failed.exc_value)
    sys.unraisablehook = lambda failed: _print(failed.exc_value)


def _print(error: Any) -> None:
    if isinstance(error, SystemExit):  # a thread that ends itself, which Python passes over too
        return
    with contextlib.suppress(Exception):  # no stream, or a closed one
        print(crash_report(error), file=sys.stderr, flush=True)
