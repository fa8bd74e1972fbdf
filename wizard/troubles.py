"""What can stand between this machine and NetSuite's login: one row per trouble, each with its own words.

The rows that are proven are so by this machine or by what answered in NetSuite's place; the others name what is possible,
most likely first. How likely is inferred: nobody published figures. None of the rows has a cause that lies in credentials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

IS_NOT = "It is not the credentials: NetSuite refused nothing."
"""True of every row."""


@dataclass(frozen=True)
class Trouble:
    """Something on the way."""

    rung: str
    """Where it ends: name, connection, proxy, certificate or answer."""
    says: str
    """Short; no other row says the same."""
    means: str
    """What follows from it, one sentence."""
    do: str
    """What to do, and who can."""
    causes: tuple[str, ...]
    """Slugs, most likely first."""
    proven: bool = False
    """Whether the first cause is proven by it."""
    minutes: int | None = None
    """About how long mending takes."""


_HERE = ("client-environment",)
_HERE_OR_THERE = ("client-environment", "vendor-side")
_THERE_OR_HERE = ("vendor-side", "client-environment")
_OPEN = "Ask whoever runs the network to let this machine reach *.netsuite.com on port 443, directly or by a proxy."

TROUBLES: Mapping[str, Trouble] = {
    "tcp.no-network": Trouble(
        "connection", "not reachable: this machine has no network", "Nothing outside can be reached, NetSuite or other.",
        "Connect this machine (cable, Wi-Fi, VPN), then look again.", _HERE, True, 5,
    ),
    "dns.name-service": Trouble(
        "name", "not reachable: the name service is silent", "There is a network, and names are not turned into addresses.",
        "Check the name servers of this machine (/etc/resolv.conf, or those of the VPN), then look again.", _HERE, True, 10,
    ),
    "dns.no-such-name": Trouble(
        "name", "not reachable: the name does not exist here", "The name service answers, and does not know this name.",
        "Use a name service that knows public names; a filter or a VPN may have its own.", _HERE, minutes=10,
    ),
    "dns.account-name": Trouble(
        "name", "not reachable: no host of this account", "Other names are known; an account that exists has a host of its own.",
        "Compare the Account ID with Setup > Company > Company Information; then the name service of this machine.",
        ("account-id-format", "client-environment"), minutes=5,
    ),
    "dns.not-a-name": Trouble(
        "name", "not reachable: that cannot be a host name", "The address is made from the Account ID.",
        "Copy the Account ID from Setup > Company > Company Information.", ("account-id-format", "client-environment"), minutes=2,
    ),
    "tcp.ipv6-only": Trouble(
        "connection", "not reachable: IPv6 only here, IPv4 only there", "The two have no family of addresses in common.",
        "Give this machine IPv4, or a network that translates (NAT64 with DNS64), or a proxy (HTTPS_PROXY).", _HERE, True, 30,
    ),
    "tcp.ipv4-only": Trouble(
        "connection", "not reachable: IPv4 only here, IPv6 only there", "The two have no family of addresses in common.",
        "Give this machine IPv6, a name service that also tells IPv4 addresses, or a proxy (HTTPS_PROXY).", _HERE, True, 30,
    ),
    "tcp.no-route": Trouble(
        "connection", "not reachable: no way to its address", "The name has an address, and no packet gets there.",
        "Check routes, VPN and firewall of this machine.", _HERE, minutes=15,
    ),
    "tcp.refused": Trouble(
        "connection", "not reachable: the connection is refused", "Something at that address, or a firewall, says no.",
        _OPEN, _HERE_OR_THERE, minutes=15,
    ),
    "timeout.connect": Trouble(
        "connection", "not reachable: no answer when connecting", "A firewall that drops packets looks like this.",
        _OPEN, _HERE_OR_THERE, minutes=15,
    ),
    "proxy.address": Trouble(
        "proxy", "not reachable: the proxy setting is no address", "No connection was tried.",
        "Set HTTPS_PROXY to http://host:port, or unset it.", _HERE, True, 2,
    ),
    "proxy.socks": Trouble(
        "proxy", "not reachable: the proxy is a SOCKS proxy", "This program speaks to HTTP proxies only.",
        "Set HTTPS_PROXY to an HTTP proxy, or add netsuite.com to NO_PROXY if the direct way is open.", _HERE, True, 5,
    ),
    "proxy.unreachable": Trouble(
        "proxy", "not reachable: the proxy does not answer", "NetSuite was not asked.",
        "Correct HTTPS_PROXY; where no proxy is needed, unset it or add netsuite.com to NO_PROXY.", _HERE, True, 5,
    ),
    "proxy.silent": Trouble(
        "proxy", "not reachable: the proxy is silent", "It takes connections, and does not open the way to NetSuite.",
        "Ask whoever runs the proxy; where none is needed, add netsuite.com to NO_PROXY.", _HERE_OR_THERE, minutes=15,
    ),
    "proxy.no-proxy": Trouble(
        "proxy", "not reachable: the proxy setting leads to no proxy", "Host or port belong to something else.",
        "Correct HTTPS_PROXY: http://host:port.", _HERE, True, 5,
    ),
    "proxy.login": Trouble(
        "proxy", "not reachable: the proxy wants a login", "The company's proxy asks who is there; NetSuite was not asked.",
        "Set HTTPS_PROXY to http://user:password@host:port (only Basic), or use the address of a proxy that asks nobody.",
        _HERE, True, 5,
    ),
    "proxy.refused": Trouble(
        "proxy", "not reachable: the proxy does not let us through", "NetSuite was not asked.",
        "Ask whoever runs the proxy to allow CONNECT to *.netsuite.com on port 443.", _HERE, True, 30,
    ),
    "tls.unknown-authority": Trouble(
        "certificate", "not reachable: the certificate is signed by a stranger",
        "A company proxy that opens connections signs with an authority of its own; so would an intruder.",
        "If it is your company's: put its authority in a file, and name the file in REQUESTS_CA_BUNDLE or SSL_CERT_FILE.",
        _HERE, True, 15,
    ),
    "tls.expired": Trouble(
        "certificate", "not reachable: the certificate has expired",
        "A proxy with an old certificate, or a wrong date here, looks like this.",
        "Look at this machine's date; if it is right, ask whoever runs the proxy or the network.",
        ("client-environment", "clock", "vendor-side"), minutes=10,
    ),
    "tls.not-yet-valid": Trouble(
        "certificate", "not reachable: the certificate is not valid yet",
        "A new certificate is valid at once, so the date here is the likelier fault.",
        "Set this machine's clock by a time server (timedatectl set-ntp true), then look again.",
        ("clock", "client-environment"), minutes=5,
    ),
    "tls.wrong-host-name": Trouble(
        "certificate", "not reachable: the certificate is of another host", "Something else answers in NetSuite's place.",
        "Look for a proxy, a login page of the network, or a wrong entry for the name (hosts file, own name service).",
        ("client-environment", "wrong-host"), minutes=15,
    ),
    "tls.certificate": Trouble(
        "certificate", "not reachable: the certificate is not valid", "It is never used unverified.",
        "Ask whoever runs the proxy or the network who signed it.", _HERE_OR_THERE, minutes=15,
    ),
    "tls.ca-file": Trouble(
        "certificate", "not reachable: the list of authorities cannot be read", "No connection was tried.",
        "Correct the file that REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE names: PEM, readable; or unset it.",
        _HERE, True, 5,
    ),
    "tls.handshake": Trouble(
        "certificate", "not reachable: no encrypted connection", "What answers speaks no TLS, or another one.",
        "Look for a proxy or a login page of the network in between.", _HERE_OR_THERE, minutes=15,
    ),
    "tls.cut": Trouble(
        "certificate", "not reachable: cut as soon as NetSuite is named", "A firewall that filters by host name does this.",
        _OPEN, _HERE_OR_THERE, minutes=30,
    ),
    "timeout.handshake": Trouble(
        "certificate", "not reachable: connected, then silence", "The connection stood; no certificate was shown.",
        "Look again in some minutes; if it stays so, ask whoever runs firewall or proxy.", _HERE_OR_THERE, minutes=15,
    ),
    "timeout.read": Trouble(
        "answer", "not reachable: connected, then no answer in time",
        "Name, connection and certificate were in order; NetSuite, or something between, was silent.",
        "Look again in some minutes, and at NetSuite's status page; if it stays so, ask whoever runs the network.",
        _THERE_OR_HERE, minutes=15,
    ),
    "timeout.deadline": Trouble(
        "answer", "not reachable: the answer never came to its end", "It trickled in until the time was up.",
        "Look again in some minutes; if it stays so, ask whoever runs the network.", _THERE_OR_HERE, minutes=15,
    ),
    "cut.cut": Trouble(
        "answer", "not reachable: the answer broke off", "A firewall or proxy that ends connections does this.",
        "Look again once; if it stays so, ask whoever runs firewall or proxy.", _HERE_OR_THERE, minutes=15,
    ),
    "elsewhere.proxy": Trouble(
        "answer", "a proxy answered in NetSuite's place: it wants a login", "NetSuite was not asked.",
        "Log in at the proxy, or set HTTPS_PROXY to http://user:password@host:port.", _HERE, True, 5,
    ),
    "elsewhere.portal": Trouble(
        "answer", "a login page of the network answered", "This network wants a login in a browser before it lets anything out.",
        "Open any page in a browser on this machine, log in there, then look again.", _HERE, True, 5,
    ),
    "elsewhere.redirect": Trouble(
        "answer", "something sends us to a host that is not NetSuite's", "Networks with a login page do this; so do filters.",
        "Open any page in a browser on this machine and log in there; behind a company filter, ask whoever runs it.",
        _HERE, True, 5,
    ),
    "elsewhere.page": Trouble(
        "answer", "a web page came in NetSuite's place", "A login page of the network, or a filter's notice, looks like this.",
        "Open any page in a browser on this machine and log in there; behind a company filter, ask whoever runs it.",
        _HERE_OR_THERE, minutes=5,
    ),
    "server-trouble": Trouble(
        "answer", "NetSuite is in trouble", "The way is open; NetSuite, or something in front of it, cannot answer now.",
        "Look again later, and at NetSuite's status page (status.netsuite.com).", _THERE_OR_HERE, minutes=30,
    ),
    "redirected": Trouble(
        "answer", "NetSuite points to another address", "This account's address has moved, or was not this one.",
        "Use the account's own address, without a detour.", ("wrong-host", "vendor-side"), minutes=5,
    ),
    "garbled": Trouble(
        "answer", "the answer makes no sense", "It is not of the form that NetSuite publishes.",
        "Look again once; if it stays so, send the report to the author of this program.", _HERE_OR_THERE, minutes=5,
    ),
}  # fmt: skip
"""By stage and reason of ``wizard.netsuite.answers.Unreachable``, or by the kind of the answer."""
