"""Blocking calls that never hold the program: neither a cancel nor the end has to wait for them."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


async def in_daemon_thread(function: Callable[..., Result], *args: Any) -> Result:
    """Run a blocking call in a thread that dies with the program.

    Textual's own thread workers keep the process alive until the call returns; this does not.

    Args:
        function: the call; only reading and vault calls (which have their own deadline) belong here.
        args: its arguments.

    Raises:
        Exception: what the function raised.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def deliver(setter: Callable[[Any], None], value: Any) -> None:
        if not future.done():  # cancelled meanwhile: the late answer is dropped
            setter(value)

    def run() -> None:
        try:
            setter, value = future.set_result, function(*args)
        except BaseException as error:  # handed to whoever awaits
            setter, value = future.set_exception, error  # type: ignore[assignment]
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is waiting any more
            loop.call_soon_threadsafe(deliver, setter, value)

    threading.Thread(target=run, daemon=True).start()
    return await future
