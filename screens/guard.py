"""Leaving without saying too much: a crash report that holds no values."""

from __future__ import annotations

import traceback


def crash_report(error: BaseException | None) -> str:
    """Return where the program failed, without messages, source lines or local variables.

    Textual's own report prints the locals of every frame; exception texts carry values too.

    Args:
        error: what was raised, or None if nobody knows.
    """
    lines = ["The program failed. Your progress is saved; start it again to go on."]
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        lines += [
            f"  {frame.filename.rsplit('/', 2)[-2]}/{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} in {frame.name}"
            if "/" in frame.filename
            else f"  {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        error = error.__cause__ or error.__context__
    return "\n".join(lines)
