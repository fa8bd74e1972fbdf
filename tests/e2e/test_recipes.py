"""The recipes of docs/verify-again.md, as they are printed there: the script in cron's environment, the units as systemd reads them."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import LONG, Served, run, serving, written_values
from pydantic import SecretStr
from support import ROOT

from wizard.clock import Clock
from wizard.credentials import VALUES, Credentials, Pair
from wizard.profile import find_profile
from wizard.setup import Kept, Setup
from wizard.store import SetupStore
from wizard.vault.encrypted_file import EncryptedFileKeyring
from wizard.vault.interface import USER, service_name
from wizard.vault.passphrase import generated

PAGE = (ROOT / "docs" / "verify-again.md").read_text(encoding="utf-8")
BLOCKS = [block for _, block in re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)]


def recipe(part: str) -> str:
    """Return the one block with a line in it."""
    (found,) = [block for block in BLOCKS if part in block]
    return found


class Machine:
    """A home with a saved setup, a folder of commands, and nothing else."""

    def __init__(self, folder: Path, served: Served) -> None:
        self.home, self.bin, self.served = folder / "home", folder / "bin", served
        for made in (self.home, self.bin):
            made.mkdir()
        profile = find_profile("alvys")
        setup = Setup.begin("alvys", profile.version, profile.step[0].id, Clock().now())
        setup.account = "1234567_SB1"
        setup.answers = {"user_email": "alvys.integration@practice.example"}
        setup.attested = {r.id: Clock().now() for r in profile.requirements if not r.proof}
        SetupStore(self.home / ".local" / "share" / "netsuite-setup" / "setups").save(setup)
        self.name = setup.id
        network = " ".join(served.network)
        self.command("netsuite-setup", f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m wizard {network} "$@"\n')
        self.command("netsuite-verify", recipe("#!/bin/sh"))

    def command(self, name: str, text: str) -> None:
        """Put a command where cron looks."""
        path = self.bin / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def job(self, given: object, block: str = "MAILTO") -> subprocess.CompletedProcess[str]:
        """Run the line of the crontab as cron does: by ``/bin/sh -c``, with cron's four variables."""
        said = given if isinstance(given, str) else json.dumps(given)
        self.command("your-secret-store", f"#!/bin/sh\ncat <<'END'\n{said}\nEND\n")
        line = next(line for line in recipe(block).splitlines() if "your-secret-store" in line)
        command = line.split(maxsplit=6)[6].replace("alvys-ab12", self.name)
        env = {"HOME": str(self.home), "LOGNAME": "nsverify", "SHELL": "/bin/sh", "PATH": f"{self.bin}:/usr/bin:/bin"}
        return subprocess.run(
            ["/bin/sh", "-c", command], check=False, capture_output=True, text=True, env=env, cwd=self.home, timeout=LONG
        )


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with serving("alvys-ready") as served:
        yield Machine(tmp_path, served)


def click(machine: Machine, name: str, *answers: str) -> None:
    """Click in the served account."""
    ready = machine.home / "ready.json"
    ready.write_text(json.dumps(machine.served.ready), encoding="utf-8")
    done = run("practice", "do", name, "--ready", str(ready), *(word for answer in answers for word in ("--answer", answer)))
    assert done.returncode == 0, done.stderr


def test_the_script_is_silent_until_something_changes_or_fails(machine: Machine) -> None:
    first = machine.job(machine.served.given())
    assert (first.returncode, first.stdout, first.stderr) == (0, "", ""), "ready: the baseline is kept"
    quiet = machine.job(machine.served.given(setup_token=False))
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", ""), "not all is proven, and nothing changed"
    click(machine, "deactivate_subsidiary", "subsidiary=Tidewater Freight West")
    changed = machine.job(machine.served.given(setup_token=False))
    assert changed.returncode == 4 and "subsidiary Tidewater Freight West: active -> inactive" in changed.stdout
    assert "asking: " not in changed.stdout and changed.stderr == ""
    refused = machine.job({**machine.served.given(setup_token=False), "token_secret": secrets.token_hex(32)})
    assert refused.returncode == 1 and "Cause: " in refused.stdout and "Changed since" in refused.stdout
    assert not [value for value in written_values(machine.served.given()) if value[:16] in changed.stdout + refused.stdout]


def test_values_of_another_account_send_nothing(machine: Machine) -> None:
    done = machine.job({**machine.served.given(setup_token=False), "account": "7654321"})
    assert done.returncode == 2 and "another account" in done.stdout


def test_the_job_reads_the_encrypted_file_itself(machine: Machine) -> None:
    folder = machine.home / ".local" / "share" / "netsuite-setup"
    given, passphrase = machine.served.ready["credentials"], generated().get_secret_value()
    first, second, third, fourth = (SecretStr(given[name]) for name in VALUES)
    credentials = Credentials(given["account"], Pair(first, second), Pair(third, fourth))
    EncryptedFileKeyring(folder / "vault.json", passphrase).set_password(
        service_name(given["account"], "alvys"), USER, credentials.to_stored()
    )
    store = SetupStore(folder / "setups")
    setup = store.load(machine.name)
    setup.kept = Kept(
        vault="file", place="there", pairs=("consumer", "token"), fingerprint=credentials.fingerprint, at=Clock().now()
    )
    store.save(setup)
    folder.chmod(0o500)  # what is read is not written
    try:
        quiet = machine.job(passphrase, "--passphrase-file /dev/stdin")
        wrong = machine.job(generated().get_secret_value(), "--passphrase-file /dev/stdin")
    finally:
        folder.chmod(0o700)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert store.load(machine.name).found["login.accepted"].standing.value == "verified"
    assert wrong.returncode == 5 and "does not open" in wrong.stdout


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed here")
    for part, kind in (("[Service]", "service"), ("[Timer]", "timer")):
        (tmp_path / f"netsuite-verify@.{kind}").write_text(recipe(part), encoding="utf-8")
    with_file = recipe("LoadCredentialEncrypted=vault:").splitlines()
    unit = [line for line in recipe("[Service]").splitlines() if "netsuite" not in line or line.startswith("Description")]
    at = unit.index("Type=oneshot")
    (tmp_path / "netsuite-verify-file@.service").write_text("\n".join([*unit[:at], *with_file, *unit[at:], ""]), encoding="utf-8")
    units = [str(tmp_path / f"netsuite-verify@alvys-ab12.{kind}") for kind in ("service", "timer")]
    units.append(str(tmp_path / "netsuite-verify-file@alvys-ab12.service"))
    done = subprocess.run([analyze, "verify", "--man=no", *units], check=False, capture_output=True, text=True, timeout=LONG)
    said = [line for line in done.stderr.splitlines() if "netsuite-verify" in line]
    assert (done.returncode, said) == (0, []), done.stderr


def test_the_page_speaks_of_the_commands_and_marks_there_are() -> None:
    from wizard.cli import _parser

    for options in (["alvys-ab12", "--accept"], ["alvys-ab12", "--credentials", "-", "--junit"]):
        assert " ".join(options) in PAGE or f"SETUP {' '.join(options[1:])}" in PAGE
        _parser().parse_args(["check", *options])
