"""What the vault's tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_keyrings import Fake
from secret_service import TOOLS, SecretService, keyring_children, require
from vault_values import fresh

from wizard.credentials import Credentials
from wizard.vault.os_keyring import OsKeyring


@pytest.fixture
def credentials() -> Credentials:
    """Five values, fresh."""
    return fresh()


@pytest.fixture
def others() -> Credentials:
    """Five other values for the same account."""
    return fresh()


@pytest.fixture
def vault() -> OsKeyring:
    """The vault, with time enough on a busy machine."""
    return OsKeyring(deadline=30)


@pytest.fixture
def service(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """A private Secret Service, not started."""
    require(*TOOLS)
    private = SecretService(home, monkeypatch)
    yield private
    private.stop()


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """A file system of 1 MB, where this user's data goes."""
    folder = home / "data"
    folder.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if not done or done.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip() if done else 'no mount command'}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def display() -> Iterator[str]:
    """An X server without a screen."""
    require("Xvfb", "dbus-update-activation-environment")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-nolisten", "tcp"], pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(write)
    with os.fdopen(read) as answers:
        number = answers.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.fixture
def fake(home: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """A keyring in a file, in the place of KWallet, that does as it is told."""
    fake = Fake(home / "fake")
    for name, value in fake.environment().items():
        monkeypatch.setenv(name, value)
    return fake


@pytest.fixture(autouse=True)
def _no_child_is_left() -> Iterator[None]:
    yield
    assert keyring_children() == []
