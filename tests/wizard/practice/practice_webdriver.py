"""Chromium without a screen, driven over WebDriver (W3C), which is plain HTTP and JSON."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import socket
import ssl
import subprocess

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TOOLS = ("chromium", "chromedriver")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-proxy-server", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 60
"""Seconds for one command; a starting browser on a busy machine takes a few."""
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""Name under which WebDriver speaks of an element."""


def needs_a_browser():
    """Skip where there is none."""
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)}: install the Debian packages chromium and chromium-driver")


def key_of(account, host):
    """Fingerprint of the server's key, which the browser is told to trust for this run."""
    context = ssl.create_default_context(cafile=account.ca_file)
    where, _, port = account.address.rpartition(":")
    with socket.create_connection((where, int(port)), timeout=10) as plain, context.wrap_socket(plain, server_hostname=host) as secure:
        certificate = x509.load_der_x509_certificate(secure.getpeercert(binary_form=True))
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


class Browser:
    """One Chromium with a profile of its own."""

    def __init__(self, account, host, folder):
        self._http = requests.Session()
        self._http.trust_env = False
        self._driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self._base = None
        try:
            port = next(found[1] for line in self._driver.stdout if (found := re.search(r"successfully on port (\d+)", line)))
            address = f"http://127.0.0.1:{port}/session"
            rules = f"--host-resolver-rules=MAP *.netsuite.com {account.address}"
            trust = f"--ignore-certificate-errors-spki-list={key_of(account, host)}"
            options = {"binary": shutil.which("chromium"), "args": [*QUIET, rules, trust, f"--user-data-dir={folder}"]}
            wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options, "timeouts": {"implicit": PATIENCE * 500}}}}
            self._base = f"{address}/{self._ask('POST', address, wanted)['sessionId']}"
        except BaseException:
            self.close()
            raise

    def _ask(self, method, address, said=None):
        answer = self._http.request(method, address, json=said, timeout=PATIENCE).json()["value"]
        assert not (isinstance(answer, dict) and "error" in answer), answer
        return answer

    def do(self, what, **said):
        return self._ask("POST", f"{self._base}/{what}", said)

    def read(self, what):
        return self._ask("GET", f"{self._base}/{what}")

    def element(self, xpath):
        """Find an element, as soon as it is there."""
        return f"element/{self.do('element', using='xpath', value=xpath)[ELEMENT]}"

    def click(self, text):
        """Press the button, or follow the link, of that text."""
        self.do(f"{self.element(f'//*[self::button or self::a or self::option][normalize-space()={text!r}]')}/click")

    def reads(self, words):
        """Wait for a page whose headline has these words."""
        self.element(f"//h1[contains(normalize-space(), {words!r})]")

    def script(self, text):
        return self.do("execute/sync", script=f"return {text}", args=[])

    def picture(self, width, height):
        """Return the page as PNG, at that size."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.do("goog/cdp/execute", cmd="Emulation.setDeviceMetricsOverride", params=metrics)
        return base64.b64decode(self.read("screenshot"))

    def close(self):
        if self._base:
            self._ask("DELETE", self._base)
        self._driver.terminate()
        self._driver.communicate(timeout=PATIENCE)
        self._http.close()
