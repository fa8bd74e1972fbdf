"""What ``check --credentials -`` reads: one JSON object with the five values. Nothing of it is ever repeated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from wizard.errors import CredentialError, UsageError

if TYPE_CHECKING:
    from wizard.account import Account
    from wizard.credentials import Credentials, Pair
    from wizard.profile import Profile

LIMIT = 65_536
"""Characters that are read at most; five values need less than one thousand."""

_CONSUMER = ("consumer_key", "consumer_secret")
_TOKEN = ("token_id", "token_secret")
_KEYS = ("account", *_CONSUMER, *_TOKEN, "setup_token", "answers")


@dataclass(frozen=True)
class Given:
    """What came in on standard input."""

    account: Account
    """Which account."""
    credentials: Credentials
    """The five values; without the token if only a setup token was given."""
    setup_token: Credentials | None
    """With the consumer pair of the five."""
    answers: dict[str, str]
    """Answers to the profile's questions."""


def read_given(stdin: TextIO | None, profile: Profile, account: str | None) -> Given:
    """Read one JSON object with the five values, and find what is wrong with it before anything is sent.

    Args:
        stdin: keys account, consumer_key, consumer_secret, token_id, token_secret, and optional setup_token
            {token_id, token_secret} and answers {question: answer}.
        profile: whose questions may be answered.
        account: account ID of the command line; wins over the one in the object.

    Raises:
        UsageError: if it is not such an object; what was read is never part of the message.
        AccountIdError: if the account ID cannot be one.
        CredentialError: if a value cannot be right.
    """
    from wizard.account import parse_account
    from wizard.credentials import Credentials

    given = _read(stdin)
    text = account or _text(given, "account")
    if not text:
        raise UsageError("The account ID is missing: key account, or --account.")
    parsed = parse_account(text)
    inner = given.get("setup_token")
    if inner is not None and not (isinstance(inner, dict) and set(inner) == set(_TOKEN)):
        raise UsageError("setup_token must be an object with token_id and token_secret.")
    consumer, token = _pair(given, _CONSUMER), _pair(given, _TOKEN)
    setup = None if inner is None else _pair(inner, _TOKEN, "setup_token.")
    if consumer is None or not (token or setup):
        raise UsageError(f"Values are missing: {', '.join((*_CONSUMER, *_TOKEN))}, or setup_token in place of the last two.")
    # As it was written: what is read rightly here may be refused where the same is entered again.
    credentials = Credentials((_text(given, "account") or text).strip(), consumer, token)
    setup_token = Credentials(parsed.realm, consumer, setup) if setup else None
    _look_at(credentials, setup_token)
    return Given(parsed, credentials, setup_token, _answers(given, profile))


def read_pairs(stdin: TextIO | None) -> dict[str, Pair]:
    """Read one JSON object with new pairs for a rotation.

    Args:
        stdin: token_id and token_secret, consumer_key and consumer_secret, or all four.

    Returns:
        By pair, in the order in which they are made.

    Raises:
        UsageError: if it is not such an object; what was read is never part of the message.
        CredentialError: if a value cannot be right.
    """
    given = _read(stdin)
    if set(given) - {*_TOKEN, *_CONSUMER}:
        raise UsageError(f"The object on standard input has other keys than {', '.join((*_TOKEN, *_CONSUMER))}.")
    pairs = {"token": _pair(given, _TOKEN, "new "), "consumer": _pair(given, _CONSUMER, "new ")}
    found = {name: pair for name, pair in pairs.items() if pair}
    if not found:
        raise UsageError(f"Values are missing: {', '.join(_TOKEN)}, or {', '.join(_CONSUMER)}, or all four.")
    return found


def known_answers(profile: Profile, answers: Mapping[str, str]) -> dict[str, str]:
    """Return answers to questions of the profile.

    Args:
        profile: whose questions.
        answers: what was said, by question id.

    Raises:
        UsageError: for another question, an answer that is none of its choices, or one with a credential in it.
    """
    from wizard.pasted import like_a_credential

    questions = {q.id: q for step in profile.step for q in step.ask}
    for name, answer in answers.items():
        if name not in questions:
            raise UsageError(f"There is no such question. Questions of this profile: {', '.join(questions)}.")
        if like_a_credential(answer):
            # Answers are shown and reported; what stood on a command line is known to this machine's other users by now.
            raise UsageError(
                f"The answer to {name} holds a key or secret. Replace that value in NetSuite if it was typed as an option."
            )
        choices = [choice.value for choice in questions[name].choices]
        if choices and answer not in choices:
            raise UsageError(f"The answer to {name} must be one of: {', '.join(choices)}.")
    return dict(answers)


def _read(stdin: TextIO | None) -> dict[str, Any]:
    if stdin is None:
        raise UsageError("Standard input is closed; send the JSON object through a pipe.")
    if stdin.isatty():
        raise UsageError("Standard input is a terminal and would show the values; send the JSON object through a pipe.")
    given = _object(stdin)
    if given is None:
        raise UsageError(f"Standard input is not one JSON object of at most {LIMIT:,} characters.")
    if set(given) - set(_KEYS):
        raise UsageError(f"The object on standard input has other keys than {', '.join(_KEYS)}.")
    return given


def _object(stdin: TextIO) -> dict[str, Any] | None:
    """Return the JSON object, or None. The parser's own error holds the whole text, so it must not outlive this function."""
    try:
        text = stdin.read(LIMIT + 1)
        # PowerShell puts a byte order mark before what it pipes.
        given = json.loads(text.removeprefix("\ufeff")) if len(text) <= LIMIT else None
    except (ValueError, RecursionError):  # not UTF-8, not JSON, a number without end, nested without end
        return None
    return given if isinstance(given, dict) else None


def _text(given: Mapping[str, Any], key: str, within: str = "") -> str:
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{within}{key} must be a text.")
    return value or ""


def _pair(given: Mapping[str, Any], keys: tuple[str, str], within: str = "") -> Pair | None:
    """Return a pair, cleaned; None if neither value is there."""
    from wizard.credentials import Pair, cut, pair_problem
    from wizard.pasted import clean

    texts = [_text(given, key, within) for key in keys]
    if not any(texts):
        return None
    values = []
    for key, text in zip(keys, texts, strict=True):
        try:
            values.append(clean(text, key).value)
        except CredentialError as error:
            raise CredentialError(f"{within}{key}: {error.message}") from None
    texts = [value.get_secret_value() for value in values]
    problem = pair_problem(*texts)
    # What was cut is for the check to name, with its cause; it sends nothing either.
    if problem and (within or cut(*texts) is None):
        raise CredentialError(f"{within}{keys[0]} and {within}{keys[1]}: {problem}")
    return Pair(*values)


def _look_at(credentials: Credentials, setup_token: Credentials | None) -> None:
    """Look at the values together: every login that cannot succeed is one of the five that may lock the user."""
    from wizard.credentials import set_problem

    for values in filter(None, (credentials, setup_token)):
        if problem := set_problem(values):
            raise CredentialError(f"{'setup_token: ' if values is setup_token else ''}{problem}")
    if setup_token and credentials.value("token_id") == setup_token.value("token_id"):
        raise CredentialError("setup_token is the integration's own token; it has to be another login's.")


def _answers(given: Mapping[str, Any], profile: Profile) -> dict[str, str]:
    answers = given.get("answers")
    if answers is None:
        return {}
    if not isinstance(answers, dict) or not all(isinstance(answer, str) for answer in answers.values()):
        raise UsageError("answers must be an object of texts.")
    return known_answers(profile, answers)
