"""``netsuite-setup practice serve``: the practice account by itself."""

from __future__ import annotations

import json
import signal
import sys
import threading

from wizard.practice.account import PracticeAccount
from wizard.practice.data.state import IN_MEMORY
from wizard.practice.scenario import load_scenario

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
# Seconds: on Windows a wait that has no end is not ended by Ctrl+C either.
_SLICE = 0.5


def serve(scenario: str, port: int, state: str | None) -> int:
    """Print one line of JSON when ready, and answer until SIGTERM or Ctrl+C.

    The line has ``address``, ``ca_file``, ``hosts``, ``account``, ``credentials``, ``setup_token`` and ``control``, which
    has ``address`` and ``token``. Credentials and setup token are null if the scenario has none; they are no secrets, for
    the account is not real.

    Args:
        scenario: name of a shipped one, or a ``.toml`` file.
        port: 0 for any.
        state: file the account lives in; None to forget it at the end.

    Returns:
        0.

    Raises:
        PracticeError: if the scenario is not there or the account cannot start.
    """
    done = threading.Event()
    before = {number: signal.signal(number, lambda *_: done.set()) for number in _SIGNALS}
    try:
        with PracticeAccount(load_scenario(scenario), state or IN_MEMORY, port=port) as account:
            control = account.open_control()
            ready = {
                "address": account.address,
                "ca_file": account.ca_file,
                "hosts": account.hosts,
                "account": account.realm,
                "credentials": account.credentials,
                "setup_token": account.setup_token,
                "control": {"address": control.address, "token": control.token},
            }
            sys.stdout.write(json.dumps(ready) + "\n")
            sys.stdout.flush()
            while not done.wait(_SLICE):
                pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0
