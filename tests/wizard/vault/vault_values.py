"""Values that no vault has seen before, for one account and one profile."""

from __future__ import annotations

from pydantic import SecretStr
from support import canary

from wizard.credentials import VALUES, Credentials, Pair

REALM = "1234567_SB1"
PROFILE = "alvys"
SERVICE = f"nswizard:{REALM}:{PROFILE}"


def fresh() -> Credentials:
    """Return five values nobody has seen."""
    return Credentials(REALM, *(Pair(SecretStr(canary()), SecretStr(canary())) for _ in range(2)))


def canaries(credentials: Credentials) -> list[str]:
    """Return what must not be found anywhere: the four values and what is made of them."""
    values = [credentials.value(field) for field in VALUES]
    return [*(value.get_secret_value() for value in values if value), credentials.to_stored()]
