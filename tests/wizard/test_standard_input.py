"""What comes in beside the credentials."""

from __future__ import annotations

import pytest
from support import canary

from wizard.errors import UsageError
from wizard.profile import find_profile
from wizard.standard_input import known_answers


def test_an_answer_with_a_credential_in_it_is_refused_and_not_repeated() -> None:
    secret = canary()
    with pytest.raises(UsageError) as caught:
        known_answers(find_profile("alvys"), {"role_name": f"Consumer Key: {secret}"})
    assert "key or secret" in caught.value.message and secret not in str(caught.value)


def test_ordinary_answers_pass() -> None:
    answers = {"role_name": "Alvys Integration Role", "oneworld": "no"}
    assert known_answers(find_profile("alvys"), answers) == answers
