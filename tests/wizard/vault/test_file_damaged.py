"""A file that is not what was written there: never a wrong value, never a foreign error, never a change, never a wait."""

from __future__ import annotations

import base64
import itertools
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from file_writer import CHEAP, cheap_file
from keyring.errors import InitError, KeyringError, KeyringLocked
from pydantic import SecretStr
from vault_values import PROFILE, REALM, SERVICE, fresh

from wizard.errors import VaultError
from wizard.vault.encrypted_file import EncryptedFileKeyring, Unreadable
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.interface import Usability
from wizard.vault.passphrase import generated
from wizard.vault.sealed import LARGEST, Damaged, Key, Newer, Sealed, WrongPassphrase, seal

PASSPHRASE = generated().get_secret_value()
VALUE = fresh().to_stored()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.json"


@pytest.fixture
def backend(path: Path) -> EncryptedFileKeyring:
    return cheap_file(path, PASSPHRASE, {SERVICE: {"tba": VALUE}})


def everything_refused(backend: EncryptedFileKeyring, path: Path) -> KeyringError:
    """Try all that can be done with a file; return the error that all of it gave. The file is as it was."""
    before = path.read_bytes() if path.is_file() and not path.is_symlink() else None
    acts: list[Callable[[], object]] = [
        lambda: backend.get_password(SERVICE, "tba"), lambda: backend.set_password(SERVICE, "tba", "new"),
        lambda: backend.delete_password(SERVICE, "tba"), lambda: backend.change_passphrase(generated().get_secret_value()),
        backend.prove,
    ]  # fmt: skip
    errors = []
    for act in acts:
        with pytest.raises(KeyringError) as caught:
            act()
        errors.append(caught.value)
    assert len({type(error) for error in errors}) == 1
    assert before is None or path.read_bytes() == before
    assert not any(VALUE[:20] in str(error) or PASSPHRASE in str(error) for error in errors)
    return errors[0]


# --- bits and pieces


def test_every_bit_counts(backend: EncryptedFileKeyring, path: Path, record_property: pytest.RecordProperty) -> None:
    whole = path.read_bytes()
    refused = 0
    for place, bit in itertools.product(range(len(whole)), range(8)):
        content = bytearray(whole)
        content[place] ^= 1 << bit
        with pytest.raises((InitError, KeyringLocked)):
            sealed = Sealed.read(bytes(content))
            sealed.open(Key.derive(PASSPHRASE, sealed.salt, sealed.kdf))
        refused += 1
        if place % 8 == bit:  # one of each byte in a file as well
            path.write_bytes(content)
            with pytest.raises((InitError, KeyringLocked)):
                backend.get_password(SERVICE, "tba")
    path.write_bytes(whole)
    assert backend.get_password(SERVICE, "tba") == VALUE
    record_property("table", f"encrypted file, one flipped bit: {refused} of {len(whole) * 8} refused ({len(whole)} bytes, every bit of each)")


def test_a_file_that_was_cut_or_grew_is_refused(backend: EncryptedFileKeyring, path: Path, record_property: pytest.RecordProperty) -> None:
    whole = path.read_bytes()
    for length in range(len(whole)):
        with pytest.raises(Damaged):
            Sealed.read(whole[:length])
    for length in (0, 1, len(whole) // 2, len(whole) - 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert isinstance(everything_refused(backend, path), Damaged)
    grown = [whole + more for more in (b"\n", b" ", b"\0", b"x", whole, b"{}")] + [b"\n" + whole, b"\xef\xbb\xbf" + whole]
    grown += [whole.replace(b"\n", b"\r\n"), whole.decode().encode("utf-16"), json.dumps(json.loads(whole), indent=1).encode()]
    for content in grown:
        path.write_bytes(content)
        assert isinstance(everything_refused(backend, path), Damaged)
    record_property("table", f"encrypted file, cut at {len(whole)} of {len(whole)} places, {len(grown)} kinds of additions: all refused")


def test_what_one_file_holds_is_not_taken_from_another(backend: EncryptedFileKeyring, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    cheap_file(other, PASSPHRASE, {SERVICE: {"tba": "older"}})
    ours, theirs = (json.loads(file.read_bytes()) for file in (path, other))
    for mixed in ({"ct": theirs["ct"], "head": ours["head"]}, {"ct": ours["ct"], "head": theirs["head"]}):
        path.write_bytes(json.dumps(mixed, sort_keys=True, separators=(",", ":")).encode() + b"\n")
        assert isinstance(everything_refused(backend, path), WrongPassphrase)


# --- hostile content


def head_of(path: Path, **changes: Any) -> bytes:
    """Return the content of a file with a changed head, in the form in which such a file would be written."""
    whole = json.loads(path.read_bytes())
    whole["head"] |= changes
    return json.dumps(whole, sort_keys=True, separators=(",", ":")).encode() + b"\n"


@pytest.mark.parametrize(
    "kdf",
    [
        {**CHEAP, "m": 2**20}, {**CHEAP, "m": 10**400}, {**CHEAP, "t": 17}, {**CHEAP, "p": 17, "m": 1024}, {**CHEAP, "t": 0}, {**CHEAP, "t": -1},
        {**CHEAP, "m": 7}, {**CHEAP, "m": True}, {**CHEAP, "m": 8.0}, {**CHEAP, "m": "8"}, {**CHEAP, "m": None}, {**CHEAP, "more": 1}, {"name": "argon2id"},
        {"name": "scrypt", "n": 2**30, "r": 8, "p": 1}, {"name": "scrypt", "n": 3, "r": 8, "p": 1}, {"name": "scrypt", "n": 1, "r": 8, "p": 1},
        {"name": "scrypt", "n": 2, "r": 2**31, "p": 1}, {"name": "none"}, {"name": ["argon2id"]}, {"name": {}}, {}, [], None, "argon2id", 1,
    ],
)  # fmt: skip
def test_costs_that_nobody_asked_for_are_not_paid(backend: EncryptedFileKeyring, path: Path, kdf: Any) -> None:
    path.write_bytes(head_of(path, kdf=kdf))
    assert isinstance(everything_refused(backend, path), Damaged)


NEST = 100_000


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0" * 4096, b"null", b"[]", b"{}", b'"nsvault/1"', b'{"head":{}}', b'{"head":{"magic":1}}', b'{"head":{"magic":"nsvault/0"}}',
        b'{"head":[],"ct":""}', b"\xff\xfe\xfd", b"[" * NEST, b'{"head":' * NEST, b'{"head":' + b"[" * 500 + b"]" * 500 + b"}", b"1" * NEST, b"-1e999999999",
        b'{"head":{"magic":"nsvault/1","kdf":{"name":"Failed to create the collection"}},"ct":""}',
        b'{"ct":"\xc3\xa4","head":{"magic":"nsvault/1","kdf":{},"nonce":"","salt":""}}',
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert isinstance(everything_refused(EncryptedFileKeyring(path, PASSPHRASE), path), Damaged)


@pytest.mark.parametrize("name", ["kdf", "nonce", "salt", "magic"])
@pytest.mark.parametrize("strange", [None, 1, "", "AAAA", "ä", [], {}, ["AAAA"], "A" * 16 + "=" * 9, "nsvault/1 "])
def test_a_head_of_strange_things_is_refused(backend: EncryptedFileKeyring, path: Path, name: str, strange: Any) -> None:
    path.write_bytes(head_of(path, **{name: strange}))
    assert isinstance(everything_refused(backend, path), Damaged)


def test_a_huge_file_is_refused_unread(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a terabyte of nothing
    with pytest.raises(Damaged):
        EncryptedFileKeyring(path, PASSPHRASE).get_password(SERVICE, "tba")


@pytest.mark.parametrize("inside", [[], None, 1, {"service": []}, {"service": {"user": 1}}, {"service": {"user": None}}, "text"])
def test_what_somebody_else_wrote_with_the_right_key_is_refused(path: Path, inside: Any) -> None:
    path.write_bytes(seal(inside, Key.derive(PASSPHRASE, bytes(16), CHEAP)))
    assert isinstance(everything_refused(EncryptedFileKeyring(path, PASSPHRASE), path), Damaged)


def test_a_later_version_is_never_guessed_at(backend: EncryptedFileKeyring, path: Path) -> None:
    for content in (head_of(path, magic="nsvault/2"), b'{"head":{"magic":"nsvault/999999","other":[]},"more":1}'):
        path.write_bytes(content)
        assert isinstance(everything_refused(backend, path), Newer)


def test_a_write_that_could_not_be_read_again_is_refused(backend: EncryptedFileKeyring, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(KeyringError, match="larger than it may be"):
        backend.set_password(SERVICE, "big", "x" * LARGEST)
    assert path.read_bytes() == before
    for strange in (None, 1, b"bytes", ["list"]):
        with pytest.raises(KeyringError, match="texts alone"):
            backend.set_password(SERVICE, "tba", strange)  # type: ignore[arg-type]
    for text in ("", "\0", "ä\n\u2028\U0001f600", "\ud83d", '"}],', "x" * 100_000):
        backend.set_password(text, "tba", text)
        assert backend.get_password(text, "tba") == text


# --- something else in its place


@pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and devices as on POSIX")
@pytest.mark.parametrize(
    ("put", "error"),
    [
        (lambda path: path.mkdir(), Damaged),
        (lambda path: os.mkfifo(path), Damaged),  # noqa: PLW0108 - Windows has none
        (lambda path: path.symlink_to("/dev/zero"), Damaged),
        (lambda path: path.symlink_to("/dev/null"), Damaged),
        (lambda path: path.symlink_to("nowhere"), Unreadable),
        (lambda path: path.symlink_to("no/where"), Unreadable),
        (lambda path: path.symlink_to(path.name), Unreadable),
        pytest.param(
            lambda path: path.symlink_to("/proc/self/mem"), Unreadable,
            marks=pytest.mark.skipif(sys.platform != "linux", reason="a file that gives an I/O error, as on Linux"),
        ),
    ],
    ids=["folder", "pipe", "endless", "nothing", "dangling", "dangling-folder", "loop", "io-error"],
)  # fmt: skip
def test_something_else_in_its_place_is_left_alone_and_nobody_waits(path: Path, put: Callable[[Path], None], error: type[KeyringError]) -> None:
    put(path)
    before = (path.lstat().st_mode, path.lstat().st_ino)
    assert isinstance(everything_refused(EncryptedFileKeyring(path, PASSPHRASE), path), error)
    assert (path.lstat().st_mode, path.lstat().st_ino) == before
    vault = EncryptedFile(path, deadline=60)
    assert vault.exists
    state = vault.open(SecretStr(PASSPHRASE))
    assert state.usability is (Usability.DAMAGED if error is Damaged else Usability.UNREADABLE)
    assert "left as it is" in state.says
    there = vault.set_aside()  # the way on
    assert (there.lstat().st_mode, there.lstat().st_ino) == before and not vault.exists
    assert vault.open(SecretStr(PASSPHRASE)).usability is Usability.OK


@pytest.mark.skipif(sys.platform == "win32", reason="modes as on POSIX")
def test_a_file_that_this_account_may_not_read_is_said_to_be_one(backend: EncryptedFileKeyring, path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads every file; the I/O error beside shows the same words")
    path.chmod(0)
    assert isinstance(everything_refused(backend, path), Unreadable)
    path.chmod(0o600)
    path.parent.chmod(0)
    try:
        assert EncryptedFile(path).exists
    finally:
        path.parent.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="links as on POSIX")
def test_a_link_to_the_file_stays_a_link_and_both_ways_share_one_lock(backend: EncryptedFileKeyring, path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "vault.json"
    link.symlink_to(path)
    EncryptedFileKeyring(link, PASSPHRASE).set_password(SERVICE, "more", "by the link")
    assert link.is_symlink() and backend.get_password(SERVICE, "more") == "by the link"
    assert [entry.name for entry in link.parent.iterdir()] == [link.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


# --- what a person reads


@pytest.mark.parametrize(
    ("spoil", "usability", "says", "way_out"),
    [
        (lambda whole: whole[:-3], Usability.DAMAGED, "is damaged", "backup"),
        (lambda whole: b"", Usability.DAMAGED, "is damaged", "set the file aside"),
        (lambda whole: whole[:40] + (b"B" if whole[40:41] == b"A" else b"A") + whole[41:], Usability.WRONG_PASSPHRASE, "or the file is damaged", "backup"),
        (lambda whole: whole.replace(b"nsvault/1", b"nsvault/2"), Usability.NEWER, "newer version", "Use that version"),
    ],
    ids=["cut", "empty", "another letter", "newer"],
)  # fmt: skip
def test_a_person_reads_what_is_true_and_what_to_do(
    backend: EncryptedFileKeyring, path: Path, spoil: Callable[[bytes], bytes], usability: Usability, says: str, way_out: str
) -> None:
    vault = EncryptedFile(path, deadline=60)
    assert vault.open(SecretStr(PASSPHRASE)).usability is Usability.OK
    spoilt = spoil(path.read_bytes())
    path.write_bytes(spoilt)
    with pytest.raises(VaultError, match="Nothing was changed") as caught:
        vault.save(fresh(), PROFILE)
    assert says in str(caught.value) and way_out in str(caught.value)
    state = EncryptedFile(path, deadline=60).open(SecretStr(PASSPHRASE))
    assert state.usability is usability and says in state.says and way_out in state.way_out
    if usability is not Usability.WRONG_PASSPHRASE:  # what no passphrase can mend is told before one is asked for
        assert EncryptedFile(path, deadline=60).probe().usability is usability
    assert path.read_bytes() == spoilt


def test_the_form_of_the_file_is_the_documented_one(backend: EncryptedFileKeyring, path: Path) -> None:
    content = path.read_bytes()
    assert content.endswith(b"}\n") and content.isascii()
    whole = json.loads(content)
    assert set(whole) == {"ct", "head"} and set(whole["head"]) == {"kdf", "magic", "nonce", "salt"}
    sealed = Sealed.read(content)
    assert (sealed.kdf, len(sealed.salt), len(sealed.nonce)) == (CHEAP, 16, 12)
    before = base64.b64encode(sealed.nonce)
    backend.set_password(SERVICE, "tba", VALUE)
    after = Sealed.read(path.read_bytes())
    assert base64.b64encode(after.nonce) != before and (after.salt, after.kdf) == (sealed.salt, CHEAP)
    assert REALM not in content.decode()
