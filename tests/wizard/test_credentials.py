"""The five values: what a paste may look like, what is caught without a request, and that no value is ever shown."""

from __future__ import annotations

import copy
import hashlib
import json
import pickle
import secrets
import traceback
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, SecretStr, TypeAdapter

from wizard.credentials import STORED_LIMIT, VALUES, Credentials, Pair, fingerprint, pair_problem, set_problem, shape
from wizard.errors import CredentialError
from wizard.pasted import LABELS, PASTE_LIMIT, Cleaned, clean, said, sort_pasted

REALM = "1234567_SB1"
C2 = ("consumerkey123", "consumersecret789", "tokenid456", "tokensecret012")  # protocol.md 3.4, published


def value() -> str:
    return secrets.token_hex(32)


def pair(first: str, second: str) -> Pair:
    return Pair(SecretStr(first), SecretStr(second))


def four(*values: str) -> Credentials:
    return Credentials(REALM, pair(*values[:2]), pair(*values[2:]))


def plain(cleaned: Cleaned) -> str:
    return cleaned.value.get_secret_value()


# --- cleaning


@pytest.mark.parametrize(
    ("around", "removed"),
    [
        ("{}", ""),
        ("  {}", "2 blanks removed"),
        ("{}\n", "1 line end removed"),
        (" {}\r\n", "1 blank and 1 line end removed"),
        ("\r\n\r\n{}", "2 line ends removed"),
        ("\t{}\N{NO-BREAK SPACE}", "2 blanks removed"),
        ("{}\u2028", "1 line end removed"),
        ('"{}"', "2 quotes removed"),
        ("“{}”", "2 quotes removed"),
        ("'{}", "1 quote removed"),
        ("\N{ZERO WIDTH SPACE}{}", "1 invisible character removed"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}{}\N{RIGHT-TO-LEFT MARK}", "2 invisible characters removed"),
        ('"{}",\n', "2 quotes, 1 line end and 1 comma removed"),
        ("{};", "1 semicolon removed"),
        ("CONSUMER_KEY_OF_ACME={}", "1 name removed"),
        ("export KEY='{}'", "2 quotes and 1 name removed"),
        ("$env:KEY = '{}'", "2 quotes and 1 name removed"),
        ("Consumer Key: {}", "1 label removed"),
        ("CONSUMER KEY / CLIENT ID\n{}", "1 label removed"),
        ("NETSUITE_TOKEN_SECRET={}", "1 label removed"),
        ("Token ID\t{} ", "1 blank and 1 label removed"),
    ],
)
def test_what_cannot_belong_to_a_value_is_removed_and_said(around: str, removed: str) -> None:
    wanted = value()
    cleaned = clean(around.format(wanted))
    assert plain(cleaned) == wanted
    words = said(cleaned.removed)
    assert sorted(words.replace(" removed", "").replace(" and ", ", ").split(", ")) == sorted(
        removed.replace(" removed", "").replace(" and ", ", ").split(", ")
    )


def test_invisible_characters_are_removed_inside_too() -> None:
    wanted = value()
    cleaned = clean(f"{wanted[:20]}\N{ZERO WIDTH SPACE}{wanted[20:40]}\N{SOFT HYPHEN}{wanted[40:]}")
    assert plain(cleaned) == wanted
    assert cleaned.removed == ("2 invisible characters",)


@pytest.mark.parametrize("text", ["", " ", "\n", '""', "\N{ZERO WIDTH SPACE}"])
def test_nothing_is_an_empty_value(text: str) -> None:
    assert plain(clean(text)) == ""


def test_said_joins_in_words() -> None:
    assert said(()) == ""
    assert said(("1 blank",)) == "1 blank removed"
    assert said(("1 blank", "1 line end")) == "1 blank and 1 line end removed"
    assert said(("1 blank", "2 quotes", "1 line end")) == "1 blank, 2 quotes and 1 line end removed"


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda v: f"{v[:40]}\n{v[40:]}", "line break inside"),
        (lambda v: f"{v[:40]}\r{v[40:]}", "line break inside"),
        (lambda v: f"{v[:40]}\r\n    {v[40:]}", "line break inside"),
        (lambda v: f"{v[:40]}\u2028{v[40:]}", "line break inside"),
        (lambda v: f"{v[:40]}\v{v[40:]}", "line break inside"),
        (lambda v: f"{v}\n{value()}", "line break inside"),
        (lambda v: f"{v} {value()}", "blank inside"),
        (lambda v: f"{v[:9]}\N{NO-BREAK SPACE}{v[9:]}", "blank inside"),
        (lambda v: f"{v[:9]}\t{v[9:]}", "blank inside"),
        (lambda v: f"\x1b[200~{v}\x1b[201~", "control characters"),
        (lambda v: f"{v}\x00", "control characters"),
        (lambda v: f"{v[:-1]}é", "1 character inside that no value has"),
        (lambda v: f"{v[:-2]}…\ud800", "2 characters inside that no value has"),
        (lambda v: f"{v[:-1]}１", "1 character inside that no value has"),
        (lambda v: v * 9, "Longer than 512 characters"),
        (lambda v: v * 16_000, "1,024,000 characters"),
        (lambda v: v + " " * 1_000_000, "1,000,064 characters"),
    ],
)
def test_what_could_only_be_guessed_is_refused_whole(spoil: Callable[[str], str], why: str) -> None:
    secret = value()
    with pytest.raises(CredentialError, match=why) as caught:
        clean(spoil(secret))
    assert caught.value.cause == "client-environment"
    told = "".join(traceback.format_exception(caught.value))
    assert not any(secret[i : i + 8] in told for i in range(0, 56))


def test_a_label_for_another_field_is_an_error_if_the_field_is_known() -> None:
    text = f"Consumer Secret: {value()}"
    assert plain(clean(text, "consumer_secret")) == text[-64:]
    assert plain(clean(text[-64:], "consumer_key")) == text[-64:]
    with pytest.raises(CredentialError, match="says that this is the Consumer Secret, and the field is for the Consumer Key"):
        clean(text, "consumer_key")


@pytest.mark.parametrize("text", ["key=a", "abcdefgh==", "a=b=c", "consumerkey123"])
def test_what_only_resembles_a_name_stays(text: str) -> None:
    assert plain(clean(text)) == text


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_cleaning_ends_in_visible_ascii_or_an_error_and_is_done_once(text: str) -> None:
    try:
        cleaned = clean(text)
    except CredentialError:
        return
    assert all("!" <= c <= "~" for c in plain(cleaned))
    assert bool(cleaned.removed) is (plain(cleaned) != text)


# --- shape


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_the_published_shape_looks_right(case: Callable[[str], str]) -> None:
    assert shape(case(value())) == (True, "64 characters, looks right")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (lambda: "", "empty"),
        (lambda: "a", "1 character; too short: it was cut"),
        (lambda: "a" + value()[:6], "7 characters; too short: it was cut"),
        (lambda: value()[:63], "63 characters; NetSuite's have 64"),
        (lambda: value() + "0", "65 characters; NetSuite's have 64"),
        (lambda: value()[:63] + "g", "64 characters; NetSuite's have only 0-9 and a-f"),
        (lambda: C2[0], "14 characters; NetSuite's have 64"),
        (lambda: value() * 16_000, "1,024,000 characters; longer than 512 characters, which no value is"),
        (lambda: REALM, "11 characters; this is the account ID or an address, not a key or secret"),
        (lambda: "12345678", "8 characters; this is the account ID or an address, not a key or secret"),
        (lambda: "https://1234567.app.netsuite.com", "32 characters; this is the account ID or an address, not a key or secret"),
        (lambda: "*" * 64, "64 characters; this is what is shown in place of the value, not the value"),
        (lambda: "•" * 64, "64 characters; 64 characters inside that no value has (not plain ASCII)"),
        (lambda: f"{value()} ", "65 characters; there is a blank inside: copy the value alone"),
    ],
)
def test_another_shape_is_said_without_the_value(typed: Callable[[], str], words: str) -> None:
    assert shape(typed()) == (False, words)


# --- pairs and sets


def test_good_values_have_no_problem() -> None:
    values = [value() for _ in range(4)]
    assert pair_problem(values[0], values[1]) is None
    assert set_problem(four(*values)) is None
    assert set_problem(Credentials(REALM)) is None


def test_the_published_short_values_are_usable() -> None:
    assert pair_problem(C2[0], C2[1]) is None
    assert pair_problem(C2[2], C2[3]) is None
    assert set_problem(four(*C2)) is None
    assert Credentials.from_stored(four(*C2).to_stored()) == four(*C2)


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        (lambda v: "", "Both values of the pair are needed."),
        (lambda v: v, "Both fields hold the same value"),
        (lambda v: v.upper(), "Both fields hold the same value"),
        (lambda v: v[:-1], "One value is a part of the other"),
        (lambda v: v[10:], "One value is a part of the other"),
        (lambda v: v + value(), "One value is a part of the other"),
        (lambda v: value()[:63], "One value has 64 characters and the other 63: it was cut."),
        (lambda v: "a" + value()[:6], "value: too short"),
        (lambda v: "1234567-sb1", "value: this is the account ID"),
        (lambda v: "https://1234567.app.netsuite.com/app/setup/accesstoken.nl", "value: this is the account ID or an address"),
        (lambda v: "*" * 64, "value: this is what is shown in place of the value"),
        (lambda v: f"{v}\n{value()}"[1:], "line break inside"),
        (lambda v: value()[:-1] + "é", "not plain ASCII"),
        (lambda v: value() * 9, "longer than 512"),
    ],
)
def test_a_pair_that_cannot_work_is_caught_either_way_round(second: Callable[[str], str], problem: str) -> None:
    one = value()
    two = second(one)
    for told in (pair_problem(one, two), pair_problem(two, one)):
        assert told is not None and problem in told
        assert one not in told and (len(two) < 20 or two not in told)


def test_pairs_in_each_others_place_are_caught() -> None:
    a, b, c, d = (value() for _ in range(4))
    for values in ((a, b, a, d), (a, b, c, a), (a, b, c, b), (a, b, b, a), (a, b, c, a.upper())):
        told = set_problem(four(*values))
        assert told is not None and "pasted into the wrong field" in told
    assert set_problem(four(a, b, a, d)) == (
        "Token ID is the value of Consumer Key: one was pasted into the wrong field, or the pairs were mixed up."
    )


def test_a_value_known_from_another_field_is_caught_by_its_fingerprint() -> None:
    old = four(*(value() for _ in range(4)))
    known = {fingerprint(secret.get_secret_value()): f for f in VALUES if (secret := old.value(f))}
    assert old.token is not None
    swapped = replace(old, consumer=old.token, token=None)
    told = set_problem(swapped, known)
    assert told is not None and told.startswith("Consumer Key is the value of Token ID")
    assert set_problem(old, known) is None
    assert set_problem(swapped) is None


def test_the_account_id_in_a_key_field_is_caught() -> None:
    told = set_problem(Credentials("ACME2000", pair("acme2000", value())))
    assert told == "Consumer Key is the account ID, not a key or secret."


# --- sorting a paste

ORDERS = [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3)]
FORMS = {
    "colon": ("{label}: {value}", "\n"),
    "colon, CR LF": ("{label} : {value}", "\r\n"),
    "colon, CR": ("{label}:{value}", "\r"),
    "equals": ("{label} = {value}", "\n"),
    "tab": ("{label}\t{value}", "\n"),
    "value in the next line": ("{label}\n{value}", "\n\n"),
    "value in the next line, CR": ("{label}\r{value}", "\r"),
    "colon and next line": ("{label}:\n  {value}", "\n"),
    "upper case": ("{upper}\n{value}", "\n"),
    "variables": ("export NETSUITE_{variable}='{value}'", "\n"),
    "one line": ("{label}: {value}", ", "),
    "one line, blanks only": ("{label}: {value}", " "),
    "one row": ("{label}\t{value}", "\t"),
    "numbered": ("1) {label}: {value}", "\n"),
    "bullets": ("- {label}: {value}", "\n"),
    "quoted": ('{label}: "{value}"', "\n"),
    "invisible": ("\N{ZERO WIDTH SPACE}{label}\N{ZERO WIDTH SPACE}: {value}\N{ZERO WIDTH SPACE}", "\n"),
}


def values_by_field() -> dict[str, str]:
    return {"account": REALM, **{field: value() for field in VALUES}}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("which", [0, -1])
def test_all_five_are_sorted_into_place(form: str, order: tuple[int, ...], which: int) -> None:
    wanted = values_by_field()
    template, between = FORMS[form]
    fields = [list(wanted)[i] for i in order]
    labels = {field: LABELS[field][which if field != "account" else 0] for field in fields}
    text = between.join(
        template.format(label=labels[f], upper=labels[f].upper(), variable=f.upper(), value=wanted[f]) for f in fields
    )
    assert {field: plain(cleaned) for field, cleaned in sort_pasted(text, {}).items()} == wanted


@pytest.mark.parametrize("indent", [None, 2])
def test_json_is_sorted_whatever_else_it_holds(indent: int | None) -> None:
    wanted = values_by_field()
    text = json.dumps({"note": "for the integration", **wanted, "other": "x y"}, indent=indent)
    assert {field: plain(cleaned) for field, cleaned in sort_pasted(text, {}).items()} == wanted
    camel = text.replace("consumer_key", "consumerKey").replace("token_secret", "oauth_tokenSecret")
    assert {field: plain(cleaned) for field, cleaned in sort_pasted(camel, {}).items()} == wanted


def test_aliases_of_the_caller_are_known_and_win() -> None:
    key, secret = value(), value()
    text = f"OAuth1ConsumerKey: {key}\nSchlüssel-Geheimnis: {secret}"
    aliases = {"consumer_key": ("OAuth1ConsumerKey",), "consumer_secret": ("Schlüssel Geheimnis", "—")}
    assert {f: plain(c) for f, c in sort_pasted(text, aliases).items()} == {"consumer_key": key, "consumer_secret": secret}
    assert sort_pasted(text.split("\n")[1], {}) == {}
    found = sort_pasted(f"Client ID: {key}", {"token_id": ("Client ID",)})
    assert {f: plain(c) for f, c in found.items()} == {"token_id": key}


def test_the_page_around_the_values_does_not_matter() -> None:
    key, secret = value(), value()
    page = (
        "Integration\nConfirmation\nMy Integration\nSTATE\nEnabled\nWarning: the consumer key and the consumer secret are shown "
        f"once.\nCONSUMER KEY / CLIENT ID\n{key}\nCONSUMER SECRET / CLIENT SECRET\n{secret}\nEdit Back\nMore"
    )
    assert {f: plain(c) for f, c in sort_pasted(page, {}).items()} == {"consumer_key": key, "consumer_secret": secret}


def test_removed_characters_of_a_sorted_value_are_said() -> None:
    secret = value()
    found = sort_pasted(f"Token Secret: “{secret[:30]}\N{ZERO WIDTH SPACE}{secret[30:]}”", {})
    assert plain(found["token_secret"]) == secret
    assert said(found["token_secret"].removed) == "1 invisible character and 2 quotes removed"


def test_an_account_name_does_not_keep_the_rest_from_being_sorted() -> None:
    token = value()
    found = sort_pasted(f"Account: Acme Transport Inc\nToken ID: {token}", {})
    assert {f: plain(c) for f, c in found.items()} == {"token_id": token}


AMBIGUOUS: dict[str, Callable[[str, str], str]] = {
    "no labels": lambda a, b: f"{a}\n{b}",
    "a single value": lambda a, b: a,
    "only words": lambda a, b: "The Token ID and the Token Secret are shown once.",
    "label at the end of a sentence": lambda a, b: f"this is the token id\n{a}",
    "header row": lambda a, b: f"Consumer Key\tConsumer Secret\n{a}\t{b}",
    "header row, other spelling": lambda a, b: f"Consumer Key\tConsumer_Secret\n{a}\t{b}",
    "labels first": lambda a, b: f"Consumer Key\nConsumer Secret\n{a}\n{b}",
    "label without a value": lambda a, b: f"Consumer Key:\nConsumer Secret: {b}",
    "label at the very end": lambda a, b: f"Consumer Key: {a}\nConsumer Secret:",
    "wrapped value": lambda a, b: f"Consumer Key: {a[:40]}\n{a[40:]}\nConsumer Secret: {b}",
    "wrapped and indented": lambda a, b: f"Consumer Key: {a[:40]}\n    {a[40:]}",
    "second value without a label": lambda a, b: f"Consumer Key: {a}\n\n{b}",
    "two values behind one label": lambda a, b: f"Consumer Key: {a} {b}",
    "one label, two values": lambda a, b: f"Token ID: {a}\nToken ID: {b}",
    "one label as JSON, two values": lambda a, b: json.dumps({"setup": {"token_id": a}, "token_id": b}),
    "words behind the value": lambda a, b: f"Consumer Key: {a} (copy this)",
}


@pytest.mark.parametrize("case", AMBIGUOUS)
def test_what_cannot_be_told_apart_is_not_sorted_at_all(case: str) -> None:
    text = AMBIGUOUS[case](value(), value())
    assert sort_pasted(text, {}) == {}
    if case != "a single value":
        with pytest.raises(CredentialError):
            clean(text)


def test_the_same_label_with_the_same_value_is_no_contradiction() -> None:
    token = value()
    assert {f: plain(c) for f, c in sort_pasted(f"Token ID: {token}\nToken ID: {token}", {}).items()} == {"token_id": token}


def test_equal_values_are_sorted_and_then_caught() -> None:
    token = value()
    found = sort_pasted(f"Token ID: {token}\nToken Secret: {token}", {})
    assert pair_problem(plain(found["token_id"]), plain(found["token_secret"])) is not None


def test_a_huge_paste_is_not_sorted() -> None:
    assert sort_pasted(f"Token ID: {value()}" + " " * PASTE_LIMIT, {}) == {}


WORDS = ["Token ID", "token secret", "CONSUMER KEY / CLIENT ID", "Account", ":", "=", "\t", "\n", "\r\n", " ", '"', "{", "}", ",", "_",
         "a" * 9, "12345678", "ſ", "İ", "ı", "\u200b", "\ud800", "x y"]  # fmt: skip


@given(st.one_of(st.text(st.characters(exclude_categories=())), st.lists(st.sampled_from(WORDS)).map("".join)))
def test_sorting_never_raises_and_finds_clean_values(text: str) -> None:
    for field, cleaned in sort_pasted(text, {"token_id": ("Tokenidentifikator",)}).items():
        assert field in LABELS
        assert plain(cleaned) and plain(clean(plain(cleaned))) == plain(cleaned)


# --- nothing is shown


class Holder(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    credentials: Credentials
    cleaned: Cleaned


SHOWN: dict[str, Callable[[Credentials, Cleaned], object]] = {
    "repr": lambda c, x: [repr(c), repr(c.consumer), repr(x)],
    "str": lambda c, x: [str(c), str(c.token), str(x)],
    "format": lambda c, x: f"{c} {c!r:>300} {c.consumer} {x}",
    "percent": lambda c, x: "%s %r %a" % (c, c.token, x),  # noqa: UP031
    "in a container": lambda c, x: str({"all": [c, (c.consumer, x)]}),
    "asdict": lambda c, x: str(asdict(c)),
    "vars": lambda c, x: [str(vars(c)), str(vars(c.consumer)), str(vars(x))],
    "pydantic model": lambda c, x: [repr(Holder(credentials=c, cleaned=x)), str(Holder(credentials=c, cleaned=x))],
    "pydantic dump": lambda c, x: [str(Holder(credentials=c, cleaned=x).model_dump()), Holder(credentials=c, cleaned=x).model_dump_json()],
    "pydantic adapter": lambda c, x: TypeAdapter(Credentials).dump_json(c).decode(),
    "json default": lambda c, x: json.dumps([c, x], default=str),
}  # fmt: skip


@pytest.mark.parametrize("way", SHOWN)
def test_no_way_of_printing_shows_a_value(way: str) -> None:
    values = [value() for _ in range(4)]
    told = str(SHOWN[way](four(*values), Cleaned(SecretStr(values[0]))))
    assert not [v for v in values if v[:8] in told or v[-8:] in told]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_nothing_with_a_value_is_pickled(protocol: int) -> None:
    credentials = four(*(value() for _ in range(4)))
    for held in (credentials, credentials.consumer, Cleaned(SecretStr(value()))):
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(held, protocol)
        with pytest.raises(TypeError, match="not pickled"):
            copy.deepcopy(held)


def test_a_traceback_with_locals_shows_no_value() -> None:
    values = [value() for _ in range(4)]

    def fails(credentials: Credentials) -> None:
        consumer = credentials.consumer
        raise RuntimeError(f"{credentials} {consumer}")

    with pytest.raises(RuntimeError) as caught:
        fails(four(*values))
    own = caught.traceback[-1].frame.raw
    told = "".join(traceback.TracebackException.from_exception(caught.value).format()) + repr(own.f_locals)
    assert "consumer" in told
    assert not [v for v in values if v in told]


def test_repr_says_what_is_known() -> None:
    assert repr(Credentials(REALM)) == "Credentials('1234567_SB1', nothing known)"
    assert repr(Credentials(REALM, pair(value(), value()))) == "Credentials('1234567_SB1', consumer known)"
    assert repr(four(*C2)) == "Credentials('1234567_SB1', consumer and token known)"


# --- credentials


def test_values_by_field() -> None:
    values = [value() for _ in range(4)]
    credentials = four(*values)
    assert [secret.get_secret_value() for f in VALUES if (secret := credentials.value(f))] == values
    assert credentials.complete
    half = Credentials(REALM, token=pair(*values[:2]))
    assert [half.value(f) is None for f in VALUES] == [True, True, False, False]
    assert not half.complete
    with pytest.raises(KeyError):
        credentials.value("password")


def test_fingerprint_is_12_hex_digits_of_the_sha256() -> None:
    secret = value()
    assert fingerprint(secret) == hashlib.sha256(secret.encode()).hexdigest()[:12]
    credentials = four(*(value() for _ in range(4)))
    assert credentials.fingerprint == fingerprint(credentials.to_stored())
    assert fingerprint("\ud800") == fingerprint("\ud800")


# --- the stored form


def test_stored_is_one_line_of_compact_json_in_the_agreed_order() -> None:
    values = [value() for _ in range(4)]
    stored = four(*values).to_stored()
    assert stored == (
        '{"v":1,"account":"1234567_SB1",'
        f'"consumer_key":"{values[0]}","consumer_secret":"{values[1]}","token_id":"{values[2]}","token_secret":"{values[3]}"}}'
    )
    assert stored.isascii() and stored.isprintable() and len(stored) < STORED_LIMIT
    assert Credentials.from_stored(stored) == four(*values)


def test_only_known_values_are_stored() -> None:
    consumer = Credentials(REALM, pair(value(), value()))
    assert set(json.loads(consumer.to_stored())) == {"v", "account", "consumer_key", "consumer_secret"}
    for credentials in (consumer, Credentials("TSTDRV1234567", token=pair(value(), value())), Credentials("1234567")):
        assert Credentials.from_stored(credentials.to_stored()) == credentials


def test_extra_keys_of_a_later_program_are_accepted() -> None:
    credentials = four(*(value() for _ in range(4)))
    document = {**json.loads(credentials.to_stored()), "written": "2027-01-01", "more": [1]}
    assert Credentials.from_stored(json.dumps(document, indent=1) + "\n") == credentials


@pytest.mark.parametrize("version", [None, 0, 2, 1.0, True, "1", [1]])
def test_another_version_is_refused(version: object) -> None:
    document = {**json.loads(four(*C2).to_stored()), "v": version}
    with pytest.raises(CredentialError, match="another version"):
        Credentials.from_stored(json.dumps(document))
    del document["v"]
    with pytest.raises(CredentialError, match="another version"):
        Credentials.from_stored(json.dumps(document))


DAMAGE: dict[str, Callable[[dict[str, object], str], object]] = {
    "half a pair": lambda d, v: d.pop("token_secret"),
    "number": lambda d, v: d.update(token_id=int(v, 16)),
    "null": lambda d, v: d.update(token_id=None),
    "empty": lambda d, v: d.update(token_id=""),
    "list": lambda d, v: d.update(token_id=[v]),
    "control character": lambda d, v: d.update(token_id=f"{v}\n"),
    "blank": lambda d, v: d.update(token_id=f"{v} {v}"),
    "lone surrogate": lambda d, v: d.update(token_id=f"{v}\ud800"),
    "too long": lambda d, v: d.update(token_id=v * 9),
    "no account": lambda d, v: d.pop("account"),
    "host form": lambda d, v: d.update(account="1234567-sb1"),
    "account is a value": lambda d, v: d.update(account=v),
    "account is a number": lambda d, v: d.update(account=1234567),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_refused_and_not_repeated(damage: str) -> None:
    secret = value()
    document = json.loads(four(value(), value(), value(), value()).to_stored())
    DAMAGE[damage](document, secret)
    with pytest.raises(CredentialError) as caught:
        Credentials.from_stored(json.dumps(document))
    assert_says_nothing_of(caught.value, secret, str(int(secret, 16)), *(str(document.get(f)) for f in VALUES if document.get(f)))


@pytest.mark.parametrize("spoil", ["{}", '{{"v":1,"token_id":"{}"', "[\"{}\"]", '"{}"', "{{'token_id': '{}'}}", "\x00{}", "[" * 1100 + "{}", ""])
def test_foreign_text_is_refused_and_not_repeated(spoil: str) -> None:
    secret = value()
    with pytest.raises(CredentialError, match="not written by this program") as caught:
        Credentials.from_stored(spoil.format(secret))
    assert_says_nothing_of(caught.value, secret)


def test_a_text_longer_than_an_entry_is_refused_either_way() -> None:
    stored = json.loads(four(*(value() for _ in range(4))).to_stored())
    with pytest.raises(CredentialError, match="not written by this program"):
        Credentials.from_stored(json.dumps({**stored, "padding": "x" * STORED_LIMIT}))
    with pytest.raises(CredentialError, match="longer than a vault takes"):
        four(*(value() * 5 for _ in range(4))).to_stored()


@pytest.mark.parametrize("credentials", [
    Credentials("1234567-sb1"),
    Credentials(""),
    Credentials(REALM, pair("", "x" * 64)),
    Credentials(REALM, pair("a\nb", "x" * 64)),
    Credentials(REALM, pair("é" * 64, "x" * 64)),
])  # fmt: skip
def test_what_could_not_be_read_again_is_not_stored(credentials: Credentials) -> None:
    with pytest.raises(CredentialError, match="cannot be stored"):
        credentials.to_stored()


def assert_says_nothing_of(error: BaseException, *values: str) -> None:
    """Look at the message and at everything a report of the error could follow from it."""
    chain: BaseException | None = error
    told = "".join(traceback.format_exception(error))
    while chain is not None:
        told += repr(chain) + repr(vars(chain)) + str(getattr(chain, "doc", ""))
        chain = chain.__cause__ or chain.__context__
    assert not [v for v in values if v in told]


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_from_a_vault_is_an_entry_or_a_credential_error(text: str) -> None:
    with pytest.raises(CredentialError):
        Credentials.from_stored(text)
