"""A real login over SSH for tests: a private sshd on this machine's loopback, key only. Imported as ``login``.

The server runs as whoever runs the tests, with keys of its own, and logs in that user alone. What the login gets is what
key logins get on a server without a desktop (keyring-notes 2.1): no D-Bus, no runtime folder; and an empty home.
"""

from __future__ import annotations

import contextlib
import grp
import os
import shlex
import socket
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from secret_service import leave_out, require, until
from support import ROOT
from terminal import Terminal

from bootstrap import find_tool

TOOLS = ("sshd", "ssh", "ssh-keygen")

_SERVER = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/key.pub
PidFile none
StrictModes no
UsePAM no
AuthenticationMethods publickey
PubkeyAuthentication yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PermitUserRC no
PrintMotd no
PrintLastLog no
X11Forwarding no
AllowAgentForwarding no
AllowTcpForwarding no
SetEnv {variables}
"""
"""StrictModes: the folders above, such as /tmp, may be written by everybody; the key in it was made for this test alone."""


class Login:
    """A running sshd, and what one does over it."""

    pid = 0
    """Of the server."""

    def __init__(self, folder: Path, home: Path, port: int) -> None:
        """Nothing runs yet.

        Args:
            folder: of its keys.
            home: of the login.
            port: on which it will listen.
        """
        self.folder, self.home, self.port = folder, home, port
        self.variables = {"HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}

    def client(self, *words: str, terminal: bool = True) -> list[str]:
        """Return the command that logs in and runs a program, in the login's home.

        Args:
            words: the program and what it is given.
            terminal: False for a login without one.
        """
        options = {
            "IdentityFile": self.folder / "key", "IdentitiesOnly": "yes", "IdentityAgent": "none", "BatchMode": "yes",
            "UserKnownHostsFile": self.folder / "known_hosts", "GlobalKnownHostsFile": "none", "StrictHostKeyChecking": "yes",
            "EscapeChar": "none", "LogLevel": "ERROR",
        }  # fmt: skip
        ssh = ["ssh", "-F", "none", "-tt" if terminal else "-T", "-p", str(self.port)]
        ssh += [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        there = f"cd {shlex.quote(str(self.home))} && exec {shlex.join(words)}"
        return [find_tool("ssh") or "ssh", *ssh[1:], "127.0.0.1", there]

    def open(self, *words: str) -> Terminal:
        """Log in and run a program in the login's terminal.

        Args:
            words: the program and what it is given.
        """
        return Terminal(self.client(*words), self._of_the_client, self.folder)

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Log in without a terminal, run a program to its end.

        Args:
            words: the program and what it is given.
            given: on its standard input.
        """
        return subprocess.run(
            self.client(*words, terminal=False), env=self._of_the_client, input=given,
            capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip

    def log(self) -> str:
        """Return what the server said."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def programs(self) -> list[int]:
        """Return the ids of the programs that run in logins now: below the server, what is no server itself."""
        parents = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                name, _, rest = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")
                parents[int(entry.name)] = (int(rest.split()[1]), name.partition("(")[2])

        def below(pid: int) -> bool:
            parent = parents.get(pid, (0, ""))[0]
            return parent == self.pid or (parent in parents and below(parent))

        return sorted(pid for pid, (_, name) in parents.items() if not name.startswith("sshd") and below(pid))

    @property
    def _of_the_client(self) -> Mapping[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.folder), "TERM": "xterm-256color"}


@contextlib.contextmanager
def sshd(folder: Path, home: Path) -> Iterator[Login]:
    """Run a server until the test is over.

    Args:
        folder: empty, for its keys.
        home: of the login; empty, if it shall be a first one.
    """
    require(*TOOLS)
    if os.geteuid() != 0 and not _terminals_are_ready_made():
        leave_out("needs /dev/pts mounted with the group tty (gid=5): else root's sshd alone can give a login its terminal")
    for name in ("host_key", "key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    if os.geteuid() == 0:  # it locks its unprivileged part in there
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    login = Login(folder, home, _free_port())
    public = (folder / "host_key.pub").read_text(encoding="ascii")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{login.port} {public}", encoding="ascii")
    variables = " ".join(f'"{name}={value}"' for name, value in login.variables.items())
    config = folder / "sshd_config"
    config.write_text(_SERVER.format(port=login.port, folder=folder, variables=variables), encoding="utf-8")
    command = [find_tool("sshd") or "sshd", "-D", "-e", "-f", str(config)]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log) as server:
        try:
            until(lambda: "Server listening" in login.log() or server.poll() is not None)
            assert server.poll() is None, login.log()
            login.pid = server.pid
            yield login
        finally:
            server.terminate()


def _terminals_are_ready_made() -> bool:
    """Tell whether a new terminal has the owner and the group that sshd wants; to change them takes root."""
    ours, theirs = os.openpty()
    try:
        return os.fstat(theirs).st_gid == grp.getgrnam("tty").gr_gid
    finally:
        os.close(ours)
        os.close(theirs)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
