"""Network down, name service gone, IPv6 only: in a real network of the test's own, made and thrown away by the kernel."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import ROOT
from way_in_namespace import FILES
from way_stage import CREDENTIAL_CAUSES

from wizard.troubles import IS_NOT, TROUBLES

UNSHARE = ["unshare", "--map-root-user", "--net", "--mount"]
LOOP = "link set lo up"
IPV4, IPV6 = ["addr add 192.0.2.77/32 dev lo", "route add default dev lo"], ["-6 route add default dev lo", "-6 addr add 2001:db8:9::2/128 dev lo"]
DISCOVERY, ACCOUNT = "rest.netsuite.com", "1234567-sb1.suitetalk.api.netsuite.com"
HERE, FORMAT = "client-environment", "account-id-format"

TABLE: dict[str, tuple[dict[str, Any], str, str, str, str]] = {
    # world, rung, what it is called, first cause, on what it rests
    "no network at all": ({"run": []}, "connection", "tcp.no-network", HERE, "proven"),
    "cable pulled": ({"run": [LOOP]}, "connection", "tcp.no-network", HERE, "proven"),
    "cable pulled, names known": (
        {"run": [LOOP], "hosts": f"198.51.100.7 {DISCOVERY} {ACCOUNT}\n"}, "connection", "tcp.no-network", HERE, "proven",
    ),
    "name service gone": ({"run": [LOOP, *IPV4]}, "name", "dns.name-service", HERE, "proven"),
    "name service silent": ({"run": [LOOP, *IPV4], "names": None}, "name", "dns.name-service", HERE, "proven"),
    "names filtered": ({"run": [LOOP, *IPV4], "names": {}}, "name", "dns.no-such-name", HERE, "possible"),
    "no host of this account": (
        {"run": [LOOP, *IPV4], "names": {DISCOVERY: "127.0.0.1"}}, "name", "dns.account-name", FORMAT, "possible",
    ),
    "no way there": (
        {"run": [LOOP, *IPV4, "route add unreachable 198.51.100.0/24"], "hosts": f"198.51.100.7 {DISCOVERY} {ACCOUNT}\n"},
        "connection", "tcp.no-route", HERE, "possible",
    ),
    "IPv6 only": (
        {"run": [LOOP, *IPV6], "hosts": f"198.51.100.7 {DISCOVERY} {ACCOUNT}\n"}, "connection", "tcp.ipv6-only", HERE, "proven",
    ),
    "IPv4 only": (
        {"run": [LOOP, *IPV4], "hosts": f"2001:db8::7 {DISCOVERY} {ACCOUNT}\n"}, "connection", "tcp.ipv4-only", HERE, "proven",
    ),
}  # fmt: skip
CALLED = {row[2] for row in TABLE.values()}


def why_not() -> str:
    if sys.platform != "linux" or not shutil.which("unshare") or not shutil.which("ip"):
        return "networks of one's own need Linux with unshare (util-linux) and ip (iproute2)"
    mounts = " && ".join(f"mount --bind {path} {path}" for path in ("/etc/hosts", *FILES))
    tried = subprocess.run([*UNSHARE, "sh", "-c", f"ip link && {mounts}"], capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"a network of its own is not permitted here: {tried.stderr.strip()}"
    return "" if Path("/proc/net/if_inet6").exists() else "this kernel has no IPv6"


@pytest.fixture(scope="module")
def permitted() -> None:
    if reason := why_not():
        pytest.skip(reason)


@pytest.mark.parametrize("name", TABLE)
def test_it_has_its_own_finding_and_costs_no_login(permitted: None, name: str) -> None:
    world, rung, called, cause, basis = TABLE[name]
    script = ROOT / "tests" / "checks" / "way_in_namespace.py"
    command = [*UNSHARE, sys.executable, str(script), json.dumps(world)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    standing, says, remedy = told["found"][f"network.{rung}"]
    assert (standing, says) == ("failed", TROUBLES[called].says), told
    assert IS_NOT in remedy
    assert told["causes"][0] == [cause, basis]
    assert not CREDENTIAL_CAUSES & {slug for slug, _ in told["causes"]}
    for login in ("login.accepted", "setup_token.accepted"):
        assert told["found"][login][:2] == ["waiting", "waits for the way to NetSuite"]
    assert told["left"] == 5
