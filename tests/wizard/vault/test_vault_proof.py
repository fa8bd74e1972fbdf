"""That the tests with a real Secret Service are not left out where it counts."""

from __future__ import annotations

import os

import pytest
from secret_service import TOOLS, require


def test_a_missing_tool_skips_with_its_reason_and_fails_in_ci() -> None:
    with pytest.raises(pytest.skip.Exception, match="needs gnome-keyring-daemon"):
        require("sh", "gnome-keyring-daemon", environ={}, which=lambda tool: tool if tool == "sh" else None)
    with pytest.raises(pytest.fail.Exception, match="CI needs gnome-keyring-daemon"):
        require("sh", "gnome-keyring-daemon", environ={"CI": "1"}, which=lambda tool: tool if tool == "sh" else None)


@pytest.mark.skipif(not os.environ.get("CI"), reason="outside of CI the tests with a Secret Service may be left out")
def test_in_ci_the_secret_service_tests_run() -> None:
    require(*TOOLS)
    throw_away = os.environ.get("CI_KEYRING") == "throw-away"  # by itself: a failure must not print the whole environment
    assert throw_away, "run the tests by tests/ci-keyring.sh"
