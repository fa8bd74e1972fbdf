"""The OS keyring as a vault: every call in a child process with a deadline, every write read back by another one."""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

from wizard.credentials import Credentials
from wizard.errors import CredentialError, VaultAbsent, VaultBroken, VaultError, VaultLocked
from wizard.vault.interface import WORDS, Receipt, StoreState, Usability, service_name

_ABSENT = {
    Usability.NO_BACKEND, Usability.DISABLED, Usability.MISCONFIGURED, Usability.UNTRUSTED, Usability.NO_COLLECTION,
    Usability.MEMORY_ONLY, Usability.PLAINTEXT, Usability.NO_LOGON_SESSION,
}
_LOCKED = {Usability.LOCKED, Usability.NO_INTERACTION}


class OsKeyring:
    """The keyring of this account on this machine."""

    durable = True

    def __init__(self, deadline: float = 5.0) -> None:
        """Nothing is asked yet.

        Args:
            deadline: seconds after which a child is killed; 5 is enough when nothing should prompt (keyring-notes 1.7).
        """
        self._deadline = deadline
        self._backend = "the keyring"

    @property
    def place(self) -> str:
        """In plain words."""
        return f"{self._backend} of this account on this machine"

    def probe(self) -> StoreState:
        """See ``Vault``."""
        reply = self._ask({"do": "probe"})
        usability = Usability(reply["verdict"])
        backend = str(reply.get("backend") or "unknown")
        if usability is Usability.OK:
            self._backend = backend
        return StoreState.of(usability, backend)

    def save(self, credentials: Credentials, profile: str) -> Receipt:
        """See ``Vault``; keyring-notes 6.3.

        Args:
            credentials: as far as known.
            profile: profile id.
        """
        state = self.probe()
        if state.usability is not Usability.OK:
            _raise(state.usability)
        value, service = credentials.to_stored(), service_name(credentials.account, profile)
        before = self._value(service)  # macOS deletes before it adds: the old value must be in hand
        written = self._ask({"do": "set", "service": service, "value": value})
        after = self._ask({"do": "get", "service": service})
        found = after.get("value")
        if after["verdict"] == "ok" and found is not None and hmac.compare_digest(str(found), value):
            return Receipt(self.place, credentials.fingerprint, service)
        self._after_failure(service, before, found, after, Usability(written["verdict"]))

    def load(self, realm: str, profile: str) -> Credentials | None:
        """See ``Vault``.

        Args:
            realm: realm form.
            profile: profile id.
        """
        value = self._value(service_name(realm, profile))
        try:
            return Credentials.from_stored(value) if value is not None else None
        except CredentialError as error:
            raise VaultBroken(error.message) from None

    def delete(self, realm: str, profile: str) -> None:
        """See ``Vault``; the proof is that nothing is left, not what the backend says.

        Args:
            realm: realm form.
            profile: profile id.
        """
        service = service_name(realm, profile)
        reply = self._ask({"do": "delete", "service": service})
        if self._value(service) is not None:
            verdict = Usability(reply["verdict"])
            _raise(verdict if verdict is not Usability.OK else Usability.DELETES_NOTHING)

    def _value(self, service: str) -> str | None:
        reply = self._ask({"do": "get", "service": service})
        if reply["verdict"] != "ok":
            _raise(Usability(reply["verdict"]))
        return reply.get("value")

    def _after_failure(
        self, service: str, before: str | None, found: str | None, after: dict[str, Any], verdict: Usability
    ) -> NoReturn:
        """Say what is there now; put an old value back that got lost."""
        if after["verdict"] != "ok":
            raise VaultError(
                "Nobody can tell whether the values were kept: the keyring does not answer any more. "
                "They are still in the fields; try again."
            )
        if found is None and before is not None:
            self._ask({"do": "set", "service": service, "value": before})
            kept = "put back" if self._value(service) == before else "lost"
            raise VaultBroken(f"The values were not kept, and the older ones were {kept}. They are still in the fields.")
        _raise(verdict if verdict is not Usability.OK else Usability.KEEPS_NOTHING)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run one child. Request and answer go through pipes: argv and environment are readable by others."""
        home = str(Path(__file__).resolve().parent.parent.parent)
        path = os.pathsep.join(p for p in (home, os.environ.get("PYTHONPATH", "")) if p)
        child = subprocess.Popen(
            [sys.executable, "-m", "wizard.vault.keyring_child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True, env={**os.environ, "PYTHONPATH": path},
        )
        try:
            out, _ = child.communicate(json.dumps(request).encode(), timeout=self._deadline)
            reply = json.loads(out)
        except subprocess.TimeoutExpired:
            return {"verdict": Usability.TIMEOUT.value}
        except (ValueError, OSError):
            return {"verdict": Usability.FAILS.value}
        finally:
            _end(child)
        return reply if isinstance(reply, dict) and "verdict" in reply else {"verdict": Usability.FAILS.value}


def _end(child: subprocess.Popen[bytes]) -> None:
    """Make sure that the child and whatever it started are gone: a late dialog must not write anything."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(child.pid, signal.SIGKILL)
            else:
                child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()
    child.wait()


def _raise(usability: Usability) -> NoReturn:
    says, way_out = WORDS[usability]
    kind = VaultLocked if usability in _LOCKED else VaultAbsent if usability in _ABSENT else VaultBroken
    raise kind(f"{says} {way_out}".strip())
