"""What holds for every test: a neutral environment, nothing of the developer's own within reach, one place for pictures."""

from __future__ import annotations

import os
import sys
import time

SCRUBBED = (
    "NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "LINES", "ESCDELAY",
    "PYTHON_KEYRING_BACKEND", "PYTHONWARNINGS",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip
SCRUBBED_PREFIXES = ("TEXTUAL", "KEYRING_PROPERTY_")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
BASELINE = (3, 11)
"""The Python whose snapshots are committed; another may draw the same, and must not rewrite them."""


def _scrub() -> None:
    """Textual reads its environment when it is imported, requests and keyring when they are used: clean it first."""
    for name in list(os.environ):
        if name.startswith("TEXTUAL_SNAPSHOT"):
            continue  # the picture plugin's own, handed to its parallel workers
        if name in SCRUBBED or name.startswith(SCRUBBED_PREFIXES) or name.lower() in PROXIES:
            del os.environ[name]
    if os.environ.get("CI_KEYRING") != "throw-away":
        os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)  # the developer's own keyring hangs on it
    os.environ["TZ"] = "UTC"  # pages that show this machine's time look the same everywhere
    if hasattr(time, "tzset"):
        time.tzset()


_scrub()

from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

# How long one example takes says something about the machine, not about the code. The same examples every time, so that a
# run says the same of the same code; `--hypothesis-profile default` looks for new ones.
settings.register_profile(
    "project", settings.get_profile(settings.get_current_profile_name()), deadline=None, derandomize=True, database=None
)
settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer what takes too long for every run."""
    parser.addoption("--whole-matrix", action="store_true", help="every unpublished setting at every practice scenario")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to rewrite the pictures with a Python they are not kept for."""
    if config.getoption("--snapshot-update", default=False) and sys.version_info[:2] != BASELINE:
        raise pytest.UsageError(
            f"snapshots are written with Python {BASELINE[0]}.{BASELINE[1]} only, so that a change of a picture is a "
            f"change of the program; this is {sys.version_info[0]}.{sys.version_info[1]}"
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a Secret Service where the throw-away one is not running; the developer's own is never used."""
    if os.environ.get("CI_KEYRING") == "throw-away":
        return
    skip = pytest.mark.skip(reason="no throw-away Secret Service: run tests/ci-keyring.sh pytest (gnome-keyring, dbus)")
    for item in items:
        if "secretservice" in item.keywords:
            item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables that tests recorded, also where they passed: ``record_property("table", text)``."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, text in getattr(report, "user_properties", ()):
                if name == "table" and report.when == "call":
                    terminalreporter.write_sep("-", report.nodeid)
                    terminalreporter.write_line(text)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give every test an empty home of its own, and return it."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    yield folder
