"""What a setup remembers, and that nothing in it can hold a secret."""

from __future__ import annotations

import re
import typing
from datetime import datetime, timedelta, timezone

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from wizard.setup import Setup, SetupToken
from wizard.verdict import Standing, Verdict

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)


def begun(profile: str = "sample") -> Setup:
    return Setup.begin(profile, "1", "start", NOON)


def verdict(about: str, standing: Standing = Standing.VERIFIED, at: datetime = NOON) -> Verdict:
    return Verdict(about=about, standing=standing, says="", at=at)


@pytest.mark.parametrize(
    ("profile", "stem"),
    [
        ("sample", "sample"),
        ("/home/somebody/My Profile.toml", "myprofile"),
        ("käse.toml", "kse"),
        ("例.toml", "setup"),
        ("x" * 90, "x" * 24),
    ],
)
def test_a_setup_is_named_after_its_profile_whatever_that_is_called(profile: str, stem: str) -> None:
    assert re.fullmatch(rf"{stem}-[a-z0-9]{{4}}", begun(profile).id)


def test_two_setups_of_one_profile_have_different_names() -> None:
    assert len({begun().id for _ in range(20)}) > 15


def test_the_newest_verdict_on_an_aspect_replaces_the_older_one() -> None:
    setup = begun()
    setup.record(verdict("role.active"))
    later = NOON + timedelta(minutes=5)
    setup.record(verdict("role.active", Standing.FAILED, later))
    assert setup.found["role.active"].standing is Standing.FAILED
    assert setup.changed == later


def test_forgetting_drops_what_is_named_and_nothing_else() -> None:
    setup = begun()
    for aspect in ("role.active", "user.active"):
        setup.record(verdict(aspect))
    setup.forget({"role.active", "never.seen"})
    assert set(setup.found) == {"user.active"}


def test_only_setup_tokens_that_nobody_proved_dead_count_as_open() -> None:
    setup = begun()
    alive = SetupToken(fingerprint="a" * 12, accepted_at=NOON)
    setup.setup_tokens = [alive, SetupToken(fingerprint="b" * 12, accepted_at=NOON, revoked_at=NOON)]
    assert setup.open_setup_tokens() == [alive]


def test_times_without_a_zone_are_refused() -> None:
    document = begun().model_dump(by_alias=True)
    with pytest.raises(ValidationError):
        Setup.model_validate({**document, "changed": "2026-11-21T12:00:00"})


def test_saved_and_read_again_is_the_same() -> None:
    setup = begun()
    setup.record(verdict("role.active"))
    setup.attested["A1"] = NOON
    assert Setup.model_validate_json(setup.model_dump_json(by_alias=True)) == setup


def models(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """Return a model and every model any of its fields can hold."""
    if model in seen:
        return seen
    seen.add(model)
    pending: list[object] = [field.annotation for field in model.model_fields.values()]
    while pending:
        kind = pending.pop()
        pending += typing.get_args(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            models(kind, seen)
    return seen


def test_no_field_of_the_saved_file_can_hold_a_secret_and_none_can_be_slipped_in() -> None:
    found = models(Setup, set())
    assert {"Setup", "Kept", "SetupToken", "Verdict", "Evidence", "Remedy"} <= {m.__name__ for m in found}
    for model in found:
        assert model.model_config.get("extra") == "forbid", model
        for name, field in model.model_fields.items():
            assert "SecretStr" not in str(field.annotation) and field.annotation is not SecretStr, (model, name)
            assert not re.search(r"secret|consumer_key|token_id|password|passphrase|signature|cookie", name), (model, name)
    # The only fields whose name says token: traces and marks by fingerprint, and which credentials asked.
    tokens = {f"{m.__name__}.{name}" for m in found for name in m.model_fields if "token" in name}
    assert tokens == {"Setup.setup_tokens", "Evidence.token", "Marks.token"}


@pytest.mark.parametrize(("durable", "vault"), [(True, "keyring"), (False, "memory")])
def test_a_file_of_schema_two_tells_where_its_values_are(durable: bool, vault: str) -> None:
    kept = {"place": "somewhere", "durable": durable, "pairs": ["consumer"], "fingerprint": "0" * 12, "at": NOON.isoformat()}
    older = {**begun().model_dump(by_alias=True, mode="json"), "kept": kept}
    older.pop("vault")
    loaded = Setup.model_validate(older)
    assert loaded.kept and (loaded.kept.vault, loaded.kept.durable, loaded.vault) == (vault, durable, None)
    assert Setup.model_validate_json(loaded.model_dump_json(by_alias=True)) == loaded
