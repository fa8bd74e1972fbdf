"""What is behind a verdict: which setting, which package, which kind of machine. The child says it by one word of ``FINER``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from wizard.vault.interface import GNOME, Usability
from wizard.vault.words import COLLECTION, FINER, VARIABLE, settings_file

_FAIL = "keyring.backends.fail.Keyring"
_CONTAINERS = ("docker", "containerd", "kubepods", "libpod", "lxc")



def is_container(root: Path) -> bool:
    """Tell whether this system is a container's.

    Args:
        root: of the file system.
    """
    marks = (".dockerenv", "run/.containerenv", "run/systemd/container")
    cgroup = _text(root / "proc/1/cgroup")
    return any(os.path.exists(root / mark) for mark in marks) or any(name in cgroup for name in _CONTAINERS)


def is_wsl(root: Path) -> bool:
    """Tell whether this system is the Windows Subsystem for Linux.

    Args:
        root: of the file system.
    """
    return any("microsoft" in _text(root / f"proc/{name}").lower() for name in ("version", "sys/kernel/osrelease"))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _chosen_fail(backend: str, _root: Path) -> bool:
    return backend == _FAIL and any("fail.Keyring" in text for text in (os.environ.get(VARIABLE, ""), _text(settings_file())))


_SIGNS: Mapping[str, Callable[[str, Path], bool]] = {
    "variable": lambda _backend, _root: VARIABLE in os.environ,
    "settings": lambda _backend, _root: os.path.exists(settings_file()),
    "collection": lambda _backend, _root: bool(os.environ.get(COLLECTION)),
    "fail": _chosen_fail,
    "macos": lambda backend, _root: backend == "macOS keychain",
    "windows": lambda backend, _root: backend == "Windows credential store",
    "container": lambda _backend, root: is_container(root),
    "wsl": lambda _backend, root: is_wsl(root),
    "kwallet": lambda backend, _root: "KWallet" in backend,
    "keepassxc": lambda backend, _root: "KeePassXC" in backend,
    "gnome": lambda backend, _root: backend == GNOME,
    "keyrings.alt": lambda backend, _root: backend.startswith("keyrings.alt."),
    "keyrings.cryptfile": lambda backend, _root: backend.startswith("keyrings.cryptfile."),
    "keyring_pass": lambda backend, _root: backend.startswith("keyring_pass."),
    "own file": lambda backend, _root: backend == "wizard.vault.encrypted_file.EncryptedFileKeyring",
    "chain": lambda backend, _root: backend == "keyring.backends.chainer.ChainerBackend",
}
"""By what each is known, in the order of asking: a container on WSL is a container."""


def why(usability: Usability, backend: str, root: Path = Path("/")) -> str:
    """Return what is behind a verdict, or an empty text if nothing more is known. Asked in the child.

    Args:
        usability: the verdict.
        backend: in plain words, or its class.
        root: of the file system.
    """
    return next((word for word, sign in _SIGNS.items() if (usability, word) in FINER and sign(backend, root)), "")
