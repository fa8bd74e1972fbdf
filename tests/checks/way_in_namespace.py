"""Runs the checks in a network of their own, with a name service and addresses of the test's choice; prints what was found.

Started by ``unshare``, so nothing it does reaches the machine's own network. Its argument is a JSON object: ``run`` (commands
of ``ip``), ``hosts`` (the file), ``names`` (what the name service knows: a name and its IPv4 address; null for silence).
"""

from __future__ import annotations

import json
import secrets
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from checks.runner import CheckRunner
from wizard.account import parse_account
from wizard.check import Asking
from wizard.clock import Clock
from wizard.credentials import Credentials, Pair
from wizard.diagnosis import diagnose
from wizard.netsuite.budget import Budget
from wizard.profile import find_profile
from wizard.session import Known, Network, open_session
from wizard.verdict import Verdict

FILES = {
    "/etc/resolv.conf": "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
    "/etc/nsswitch.conf": "hosts: files dns\n",
}


def build(world: dict[str, Any]) -> None:
    """Make the network what the test wants."""
    for command in world["run"]:
        subprocess.run(["ip", *command.split()], check=True)
    for path, text in {**FILES, "/etc/hosts": world.get("hosts", "")}.items():
        own = Path(tempfile.mkdtemp()) / "file"
        own.write_text(text, encoding="utf-8")
        subprocess.run(["mount", "--bind", str(own), path], check=True)
    if "names" in world:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 53))
        threading.Thread(target=serve, args=(sock, world["names"]), daemon=True).start()


def serve(sock: socket.socket, names: dict[str, str] | None) -> None:
    """Answer questions for addresses (RFC 1035); no such name for all but the names given, or not at all."""
    while True:
        asked, sender = sock.recvfrom(512)
        if names is None:
            continue
        end = asked.index(b"\0", 12) + 5
        question, kind = asked[12:end], struct.unpack("!H", asked[end - 4 : end - 2])[0]
        labels, at = [], 0
        while question[at]:
            labels.append(question[at + 1 : at + 1 + question[at]].decode())
            at += 1 + question[at]
        address = names.get(".".join(labels))
        found = address is not None and kind == 1
        flags = 0x8180 if address is not None else 0x8183
        head = asked[:2] + struct.pack("!HHHHH", flags, 1, int(found), 0, 0)
        answer = struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton(address) if found and address else b""
        sock.sendto(head + question + answer, sender)


def main() -> None:
    """Build the world, run the checks, print."""
    world = json.loads(sys.argv[1])
    build(world)

    def pair() -> Pair:
        return Pair(SecretStr(secrets.token_hex(32)), SecretStr(secrets.token_hex(32)))

    budget, consumer = Budget(), pair()
    own, setup = (Credentials("1234567_SB1", consumer, pair()) for _ in range(2))
    known = Known(find_profile("alvys"), parse_account("1234567_SB1"), {}, own, setup, budget, Budget())
    session = open_session(known, Network(), Clock())
    found: dict[str, Verdict] = {}

    def keep(news: Asking | Verdict) -> None:
        if isinstance(news, Verdict):
            found[news.about] = news

    CheckRunner().run(session, ["login.accepted", "setup_token.accepted", "machine.clock"], keep)
    print(json.dumps({
        "found": {about: [v.standing.value, v.says, v.remedy.text if v.remedy else ""] for about, v in found.items()},
        "causes": [[c.cause, c.basis.value] for c in diagnose(found).candidates],
        "left": budget.left(session.clock.now()),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
