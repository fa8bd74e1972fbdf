"""Measures how long the vaults take to keep one set of values: probe, write and read-back, each in a process of its own.

python benchmarks/vault.py [--tiny]
tests/ci-keyring.sh python benchmarks/vault.py     # measures a real Secret Service as well

Compared by CPU, with ``python -c pass`` in turn with them: a busy machine makes the times longer, and the multiples not.
"""

from __future__ import annotations

import argparse
import os
import resource
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from practice import Table, bare_python
from pydantic import SecretStr

from wizard.credentials import Credentials, Pair
from wizard.vault.child_vault import ChildVault
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.interface import Usability
from wizard.vault.os_keyring import OsKeyring
from wizard.vault.passphrase import generated

# What was asked for, as a multiple of 11.3 ms, the CPU of ``python -c pass`` where these budgets were set.
MOST_FILE = 88.0  # 1 s
MOST_KEYRING = 133.0  # 1.5 s

REALM, PROFILE = "1234567_SB1", "measured"


def fresh() -> Credentials:
    """Return a set of values nobody has."""
    one, two = (Pair(SecretStr(secrets.token_hex(32)), SecretStr(secrets.token_hex(32))) for _ in range(2))
    return Credentials(REALM, one, two)


def taken(act: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of something that is done by child processes, and of CPU in them."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    act()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (time.perf_counter() - began) * 1e3, cpu * 1e3


def measure(table: Table, name: str, vault: ChildVault, times: int, most: float) -> None:
    """Print what a vault takes for one set that replaces another, and for reading it."""
    bare, saves, loads = [], [], []
    vault.save(fresh(), PROFILE)
    for _ in range(times):
        values = fresh()
        bare.append(bare_python())
        saves.append(taken(lambda values=values: vault.save(values, PROFILE)))
        loads.append(taken(lambda: vault.load(REALM, PROFILE)))
        assert vault.load(REALM, PROFILE) == values
    vault.delete(REALM, PROFILE)
    pass_cpu, save_cpu, load_cpu = (min(cpu for _, cpu in rows) for rows in (bare, saves, loads))
    table.row("python -c pass", [wall for wall, _ in bare], "ms", cpu=pass_cpu)
    table.row(f"{name}: save", [wall for wall, _ in saves], "ms", save_cpu / pass_cpu, most, save_cpu)
    table.row(f"{name}: read", [wall for wall, _ in loads], "ms", load_cpu / pass_cpu, cpu=load_cpu)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tiny", action="store_true", help="shows that it works, measures nothing worth knowing")
    times = 1 if parser.parse_args().tiny else 15
    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        file = EncryptedFile(Path(folder) / "vault.json", deadline=60)
        assert file.open(generated()).usability is Usability.OK
        measure(table, "encrypted file", file, times, MOST_FILE)
    if os.environ.get("CI_KEYRING") == "throw-away":  # never the keyring of whoever runs this
        measure(table, "Secret Service", OsKeyring(deadline=60), times, MOST_KEYRING)
    print("A budget was MISSED." if table.missed else "All budgets are kept.")
    return int(table.missed)


if __name__ == "__main__":
    sys.exit(main())
