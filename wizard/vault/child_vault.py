"""What OS keyring and encrypted file have in common: every call in a child process, every write read back by another one."""

from __future__ import annotations

import hmac
from abc import ABC, abstractmethod
from typing import NoReturn

from wizard.credentials import Credentials, fingerprint
from wizard.errors import CredentialError, EntryForeign, VaultAbsent, VaultBroken, VaultError, VaultLocked
from wizard.vault.call import Answer, ask
from wizard.vault.interface import Receipt, StoreState, Usability, service_name
from wizard.vault.words import state, words

_ABSENT = {
    Usability.NO_BACKEND, Usability.DISABLED, Usability.MISCONFIGURED, Usability.UNTRUSTED, Usability.NO_COLLECTION,
    Usability.MEMORY_ONLY, Usability.PLAINTEXT, Usability.NO_LOGON_SESSION, Usability.NO_FILE, Usability.OPENS_ELSEWHERE,
}
_LOCKED = {
    Usability.LOCKED, Usability.DENIED, Usability.NO_INTERACTION, Usability.NO_PASSPHRASE, Usability.WRONG_PASSPHRASE,
}

_IN_THE_FIELDS = "The new ones are still in the fields."
_TWIN = (
    "Windows may still hold the older value under another name: revoke the old token in NetSuite, which makes it worthless."
)


class ChildVault(ABC):
    """A vault that is only ever touched by a child process with a deadline."""

    def __init__(self, deadline: float) -> None:
        """Nothing is asked yet.

        Args:
            deadline: seconds after which a child is killed.
        """
        self._deadline = deadline

    @property
    @abstractmethod
    def place(self) -> str:
        """In plain words."""

    def probe(self) -> StoreState:
        """See ``Vault``; writes and deletes one disposable random value."""
        answer = self._ask("probe")
        return state(answer.verdict, answer.backend or "unknown", answer.why)

    def save(self, credentials: Credentials, profile: str) -> Receipt:
        """See ``Vault``; keyring-notes 6.3.

        Args:
            credentials: as far as known.
            profile: profile id.
        """
        value, service = credentials.to_stored(), service_name(credentials.account, profile)
        before = self._ask("ready", service)  # macOS deletes before it adds: the old value must be in hand
        if not before.fine:
            refuse(before.verdict, "Nothing was changed.", before.why)
        written = self._ask("set", service, value)
        # Whatever the write said, only what lies there now counts: a failed one may have landed, a fine one may have not.
        after = self._ask("get", service)
        if after.fine and _same(after.value, value):
            cleared = before.value is None or self._forget_older(service)
            return Receipt(self.place, fingerprint(after.value or ""), service, "" if cleared else _TWIN)
        self._not_kept(service, before, written, after)

    def load(self, realm: str, profile: str) -> Credentials | None:
        """See ``Vault``.

        Args:
            realm: realm form.
            profile: profile id.
        """
        answer = self._ask("get", service_name(realm, profile))
        if not answer.fine:
            refuse(answer.verdict, why=answer.why)
        if answer.value is None:
            return None
        try:
            credentials = Credentials.from_stored(answer.value)
        except CredentialError as error:
            raise EntryForeign(error.message) from None
        if credentials.account != realm:
            raise EntryForeign("What the vault holds for this setup belongs to another account.")
        return credentials

    def delete(self, realm: str, profile: str) -> None:
        """See ``Vault``; the proof is that nothing is left, not what the backend says.

        Args:
            realm: realm form.
            profile: profile id.
        """
        service = service_name(realm, profile)
        before = self._ask("get", service)
        if not before.fine:
            refuse(before.verdict, why=before.why)
        if before.value is None:
            return
        deleted = self._ask("delete", service)
        after = self._ask("get", service)
        if not after.fine:
            raise VaultError(f"It is unknown whether the values were deleted. {_said(after.verdict, after.why)}")
        if after.value is not None:
            refuse(_reason(deleted, Usability.DELETES_NOTHING), "The values were not deleted.", deleted.why)

    def _forget_older(self, service: str) -> bool:
        """Remove what a vault keeps of the older value beside the new one; False if it may still be there."""
        return True

    def _ask(self, do: str, service: str = "", value: str = "") -> Answer:
        """Run one child; what it needs besides the request is the subclass's."""
        return ask({"do": do, "service": service, "value": value}, self._deadline)

    def _not_kept(self, service: str, before: Answer, written: Answer, after: Answer) -> NoReturn:
        """Say what is there now; put an old value back that got lost.

        Raises:
            VaultError: always.
        """
        if not after.fine:
            raise VaultError(
                f"It is unknown whether the values were kept: the vault could not be read afterwards. {_IN_THE_FIELDS} "
                f"{_said(after.verdict, after.why)}"
            )
        reason = _reason(written, Usability.KEEPS_NOTHING)
        if _same(after.value, before.value):
            what = "the older ones are still there" if before.value is not None else "nothing was changed"
            refuse(reason, f"The values were not kept; {what}. {_IN_THE_FIELDS}", written.why)
        if after.value is not None or before.value is None:
            raise VaultBroken(
                f"The values were not kept: another program wrote others at the same time. {_IN_THE_FIELDS} Try again."
            )
        self._ask("set", service, before.value)
        restored = self._ask("get", service)
        if restored.fine and _same(restored.value, before.value):
            what = "the older ones were lost and put back"
        elif restored.fine:
            what = "the older ones were lost and could not be put back"
        else:
            what = "the older ones were lost, and it is unknown whether they could be put back"
        refuse(reason, f"The values were not kept; {what}. {_IN_THE_FIELDS}", written.why)


def _same(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def _reason(answer: Answer, otherwise: Usability) -> Usability:
    """Return why a call did not do what it should: its own verdict, unless it claimed success."""
    return otherwise if answer.fine else answer.verdict


def _said(usability: Usability, why: str) -> str:
    return " ".join(words(usability, why)).strip()


def refuse(usability: Usability, first: str = "", why: str = "") -> NoReturn:
    """Raise the error of a verdict.

    Args:
        usability: any but OK.
        first: what to say before its own words.
        why: what is behind it, where more is known.
    """
    kind = VaultLocked if usability in _LOCKED else VaultAbsent if usability in _ABSENT else VaultBroken
    raise kind(f"{first} {_said(usability, why)}".strip())
