"""Our exceptions.

SetupError
├── UsageError            the command line or a file the person wrote is wrong
├── AccountIdError        an account ID that cannot be one
├── CredentialError       a value that cannot be what its field asks for
├── ProfileError          a profile file that does not follow the schema
├── StoreError            a saved setup cannot be read or written
│   └── SetupInUse        another run holds this setup
├── VaultError            the vault did not do what was asked
│   ├── VaultLocked       it is there, and closed
│   ├── WouldReplace      it holds other values already
│   ├── VaultAbsent       there is none on this machine
│   └── VaultBroken       it is there, and fails
├── PracticeError         the practice account or a scenario is wrong
└── NetSuiteError         see wizard.netsuite.answers

Every message is ours and carries no value of a credential, so each may be shown as it is.
"""

from __future__ import annotations


class SetupError(Exception):
    """Something a person can be told about, with a title, an explanation and, where known, a cause."""

    title = "Something went wrong"
    """One short line for a heading."""

    def __init__(self, message: str, *, cause: str | None = None) -> None:
        """Keep the message and the cause.

        Args:
            message: one or two sentences in plain words, never with a secret in them.
            cause: slug of the failure table, if the answer proves one.
        """
        super().__init__(message)
        self.message = message
        self.cause = cause


class UsageError(SetupError):
    """The command line, or a file the person wrote, is wrong."""

    title = "This cannot be done as asked"


class AccountIdError(SetupError):
    """The text is not an account ID and holds none."""

    title = "Not an account ID"

    def __init__(self, message: str) -> None:
        """Every account ID error has the same cause slug."""
        super().__init__(message, cause="account-id-format")


class CredentialError(SetupError):
    """A value cannot be what its field asks for; found before any request."""

    title = "This value cannot be right"


class ProfileError(SetupError):
    """A profile file does not follow the schema."""

    title = "This profile cannot be used"


class StoreError(SetupError):
    """A saved setup cannot be read or written."""

    title = "The progress file is in trouble"


class SetupInUse(StoreError):
    """Another run of the program holds this setup."""

    title = "Open somewhere else"


class VaultError(SetupError):
    """The vault did not do what was asked, or nobody can tell whether it did."""

    title = "The vault is in trouble"


class VaultLocked(VaultError):
    """The vault is there, and closed."""

    title = "The vault is locked"


class VaultAbsent(VaultError):
    """There is no usable vault on this machine."""

    title = "There is no usable vault here"


class WouldReplace(VaultError):
    """The vault already holds values that this setup did not put there."""

    title = "There are other values already"

    def __init__(self, pair: str, fingerprint: str) -> None:
        """Name what is there.

        Args:
            pair: "consumer" or "token".
            fingerprint: of the whole entry; empty if it cannot be read as one.
        """
        what = f"another {pair} pair" if fingerprint else "something that is no set of values"
        mark = f" (fingerprint {fingerprint})" if fingerprint else ""
        super().__init__(
            f"The vault holds {what} for this account and integration already{mark}, which this setup did not put there. "
            "Nothing was stored yet."
        )


class VaultBroken(VaultError):
    """The vault is there, and fails."""

    title = "The vault fails"


class EntryForeign(VaultBroken):
    """What the vault holds under this setup's name is not what this program wrote for it."""

    title = "There is something else already"


class PracticeError(SetupError):
    """The practice account cannot start, or a scenario file is wrong."""

    title = "The practice account cannot do this"
