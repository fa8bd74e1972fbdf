"""Every exception of keyring-notes 1.5, raised where a keyring raises it: one verdict each, no traceback, and no value repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fake_keyrings import RAISED, Fake
from vault_values import SERVICE, canaries, fresh

from wizard.errors import VaultAbsent, VaultBroken, VaultError, VaultLocked
from wizard.vault.child_vault import refuse
from wizard.vault.interface import Usability
from wizard.vault.os_keyring import OsKeyring

VARIABLE = "PYTHON_KEYRING_BACKEND"
KWALLET, MAC, WINDOWS = (f"fake_systems.{name}" for name in ("DBusKeyring", "Keyring", "WinVaultKeyring"))


@dataclass(frozen=True)
class Row:
    """A situation, and what becomes of it."""

    situation: str
    verdict: Usability
    kind: type[VaultError]
    faults: dict[str, object] = field(default_factory=dict)
    """By operation of the stand-in, what its first call raises."""
    backend: str | None = None
    """What the variable names, if not the keyring that does as it is told."""
    settings: str = ""
    """What keyringrc.cfg holds, if it is there; the variable is unset then."""


def raised(verdict: Usability, kind: type[VaultError], *names: str) -> list[Row]:
    """Return a row for each exception of the stand-in."""
    return [Row(name, verdict, kind, {"get": name}) for name in names]


def numbers(system: str, backend: str, operation: str, verdict: Usability, kind: type[VaultError], *found: int) -> list[Row]:
    """Return a row for each number of a system."""
    return [Row(f"{system} {number}", verdict, kind, {operation: number}, backend) for number in found]


ROWS = [
    *raised(Usability.NO_BACKEND, VaultAbsent, "no keyring", "service gone from the bus"),
    *raised(Usability.NO_COLLECTION, VaultAbsent, "no collection", "no collection, prompt dismissed"),
    *raised(Usability.LOCKED, VaultLocked, "locked", "item locked", "bus says locked", "prompt dismissed"),
    *raised(Usability.DENIED, VaultLocked, "bus says no"),
    *raised(Usability.TIMEOUT, VaultBroken, "activation stuck"),
    *raised(
        Usability.VANISHED, VaultBroken,
        "daemon died", "daemon died while looking for the collection", "bus died", "item vanished", "end of input",
    ),
    *raised(Usability.FULL, VaultBroken, "disk full", "file system read-only", "quota used up"),
    *raised(
        Usability.FAILS, VaultBroken,
        "delete refused", "set refused", "backend not viable", "wrong type", "lone surrogate", "own end", "unheard of",
    ),
    *numbers("macOS", MAC, "get", Usability.DENIED, VaultLocked, -128, -25293),
    *numbers("macOS", MAC, "get", Usability.NO_INTERACTION, VaultLocked, -25308),
    *numbers("macOS", MAC, "get", Usability.NO_BACKEND, VaultAbsent, -25291),
    *numbers("macOS", MAC, "get", Usability.NO_COLLECTION, VaultAbsent, -25307),
    *numbers("macOS", MAC, "get", Usability.FAILS, VaultBroken, -50),
    *numbers("Windows", WINDOWS, "CredRead", Usability.NO_LOGON_SESSION, VaultAbsent, 1312),
    *numbers("Windows", WINDOWS, "CredRead", Usability.TOO_LONG, VaultBroken, 1783),
    *numbers("Windows", WINDOWS, "CredRead", Usability.FULL, VaultBroken, 8),
    *numbers("Windows", WINDOWS, "CredRead", Usability.DENIED, VaultLocked, 5),
    *numbers("Windows", WINDOWS, "CredRead", Usability.FAILS, VaultBroken, 1004),
    Row("KWallet, window closed", Usability.LOCKED, VaultLocked, {"open": "window closed"}, KWALLET),
    Row("KWallet, no reply", Usability.VANISHED, VaultBroken, {"open": "org.freedesktop.DBus.Error.NoReply"}, KWALLET),
    Row("variable names no module", Usability.MISCONFIGURED, VaultAbsent, backend="nowhere.Keyring"),
    Row("variable names no class", Usability.MISCONFIGURED, VaultAbsent, backend="keyring.backends.null.Gone"),
    Row("variable empty", Usability.MISCONFIGURED, VaultAbsent, backend=""),
    Row("variable names what is not viable", Usability.MISCONFIGURED, VaultAbsent, backend="keyring.backends.SecretService.Keyring"),
    Row("file names no module", Usability.MISCONFIGURED, VaultAbsent, settings="[backend]\ndefault-keyring=nowhere.Keyring\n"),
    Row("file without a section", Usability.MISCONFIGURED, VaultAbsent, settings="default-keyring=nowhere.Keyring\n"),
]  # fmt: skip


def test_every_exception_is_one_verdict_and_repeats_nothing(
    fake: Fake, vault: OsKeyring, home: Path, capfd: pytest.CaptureFixture[str], record_property: Callable[[str, object], None]
) -> None:
    assert {name for row in ROWS for name in row.faults.values() if name in RAISED} == set(RAISED)
    file, values = home / "config/python_keyring/keyringrc.cfg", fresh()
    file.parent.mkdir(parents=True)
    rows, wrong = [], 0
    for row in ROWS:
        fake.kept = {f"{SERVICE} tba": values.to_stored()} if row.backend != WINDOWS else {SERVICE: ["tba", values.to_stored()]}
        fake.plan(**{operation: [fault] for operation, fault in row.faults.items()})
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
            if row.settings:
                file.write_text(row.settings, encoding="utf-8")
                patch.delenv(VARIABLE)
            elif row.backend is not None:
                patch.setenv(VARIABLE, row.backend)
            answer = vault._ask("get", SERVICE)
        with pytest.raises(VaultError) as caught:
            refuse(answer.verdict, why=answer.why)
        file.unlink(missing_ok=True)
        told = f"{answer} {caught.value} {caught.value.__cause__} {caught.value.__context__}"
        fine = (answer.verdict, type(caught.value)) == (row.verdict, row.kind) and not any(v in told for v in canaries(values))
        wrong += not fine
        rows.append(f"{row.situation:<46} {answer.verdict.value:<18} {caught.value.title:<32} {'right' if fine else 'WRONG'}")
    table = "\n".join([*rows, f"{len(ROWS) - wrong} of {len(ROWS)} mapped"])
    record_property("table", table)
    assert not wrong, table
    assert capfd.readouterr() == ("", "")
