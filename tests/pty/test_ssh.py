"""The wizard where most people run it: in a login over SSH, with a key, on a machine without a desktop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from login import Login, sshd
from terminal import WIZARD

pytestmark = pytest.mark.pty


@pytest.fixture
def login(tmp_path: Path) -> Iterator[Login]:
    for name in ("server", "home"):
        (tmp_path / name).mkdir()
    with sshd(tmp_path / "server", tmp_path / "home") as server:
        yield server


def test_a_login_with_a_key_has_no_desktop_and_is_told_so(login: Login) -> None:
    has = login.run("env").stdout
    assert f"HOME={login.home}\n" in has
    assert "SSH_CONNECTION=127.0.0.1 " in has
    assert [name for name in ("DBUS", "XDG_", "DISPLAY", "WAYLAND") if f"\n{name}" in has] == []
    said = login.run(*WIZARD, "doctor", "--connect-to", "127.0.0.1:9").stdout
    assert "offers no keyring to this login" in said
    assert list(login.home.iterdir()) == []
