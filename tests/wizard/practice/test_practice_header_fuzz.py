"""Whatever stands in the Authorization header: an answer, in time, never a 5xx, never a login that is not one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from practice_wire import LONGEST, OFTEN, PLACES, SUITETALK, good, refused, written

from wizard.practice.door.signature import base_string, escape, sign

places = st.sampled_from(PLACES)
FIRST = PLACES[0]


def test_the_header_the_others_are_made_of_logs_in(wire):
    assert wire.send(FIRST, written(good(wire.account, FIRST)))[0] == 200


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place[0]} {place[1].partition('.')[0]}{place[2][:30]}")
def test_no_header_at_all(wire, place):
    refused(wire, place)


@OFTEN
@given(place=places, value=st.binary(max_size=200).filter(lambda v: b"\n" not in v and b"\r" not in v))
@example(place=FIRST, value=b"")
@example(place=FIRST, value=b"OAuth")
@example(place=FIRST, value=b"OAuth " + b" " * 60000 + b"x")
def test_any_bytes(wire, place, value):
    refused(wire, place, b"Authorization: " + value)


@OFTEN
@given(
    place=places,
    scheme=st.sampled_from(["Basic ", "Bearer ", "NLAuth ", "Digest ", "OAuth2 ", "OAuth", "", "OAuth OAuth ", "OAuth, ", "\u00d6Auth "]),
    value=st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=80),
)
@example(place=FIRST, scheme="Basic ", value="cm9iaW46c2VjcmV0")
@example(place=FIRST, scheme="Bearer ", value="one.two.three")
@example(place=FIRST, scheme="NLAuth ", value="nlauth_account=1234567_SB1, nlauth_email=a@b.example, nlauth_signature=c, nlauth_role=3")
def test_another_scheme(wire, place, scheme, value):
    refused(wire, place, b"Authorization: " + (scheme + value).encode("latin-1"))


@OFTEN
@given(place=places, scheme=st.sampled_from(["Basic ", "Bearer ", "NLAuth ", "OAuth2 ", "OAuth", "", "OAuth OAuth ", "OAuth, "]))
def test_good_parameters_under_another_scheme(wire, place, scheme):
    refused(wire, place, written(good(wire.account, place), scheme=scheme))


@OFTEN
@given(place=places, at=st.floats(0, 1, exclude_max=True))
def test_truncated_anywhere(wire, place, at):
    line = written(good(wire.account, place))
    start = len("Authorization: ")
    refused(wire, place, line[: start + int(at * (len(line) - start))])


@OFTEN
@given(place=places, form=st.sampled_from(["{}={}", '{}="{}', '{}={}"', "{}='{}'", '{}:"{}"', '{} = "{}"', '"{}"="{}"', "{}", '{}=""{}""']))
def test_unquoted_and_half_quoted(wire, place, form):
    assert refused(wire, place, written(good(wire.account, place), form=form)) in (400, 404)


@OFTEN
@given(place=places, between=st.sampled_from(["", " ", ";", "&", ",,", ", ,", "\t", "\x0b", "\x00", "\x85", "\xa0"]))
def test_separated_wrongly(wire, place, between):
    assert refused(wire, place, written(good(wire.account, place), between=between)) in (400, 404)


@OFTEN
@given(place=places, which=st.integers(0, 7), value=st.sampled_from([None, "", "x", "%00", "%C3%A4"]))
def test_a_parameter_twice(wire, place, which, value):
    pairs = good(wire.account, place)
    name, own = pairs[which % len(pairs)]
    refused(wire, place, written([*pairs, (name, own if value is None else value)]))


@OFTEN
@given(place=places, other=st.sampled_from([b"the same", b"", b"OAuth x", b'OAuth realm="1234567_SB1"', b"Basic YTpi"]), last=st.booleans())
def test_two_header_lines(wire, place, other, last):
    """No rule says which of two counts, so neither does (RFC 9110 11.6.2 knows one; what NetSuite does is inferred)."""
    own = written(good(wire.account, place))
    more = own if other == b"the same" else b"authorization: " + other
    refused(wire, place, *((own, more) if last else (more, own)))


@OFTEN
@given(place=places, name=st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=30), value=st.text("ab%20", max_size=30))
@example(place=FIRST, name="oauth_body_hash", value="2jmj7l5rSw0yVb%2FvlWAYkK%2FYBwk%3D")
@example(place=FIRST, name="oauth_callback", value="oob")
def test_a_parameter_nobody_knows_and_nobody_signed(wire, place, name, value):
    refused(wire, place, written([*good(wire.account, place), (name, value)]))


@OFTEN
@given(place=places, which=st.integers(0, 7), broken=st.sampled_from(["%", "%2", "%zz", "%%", "%u0041", "%C3", "%FF", "%-1", "%+1"]), at=st.integers(0, 20))
def test_broken_percent_encoding(wire, place, which, broken, at):
    pairs = good(wire.account, place)
    name, value = pairs[which % len(pairs)]
    pairs[which % len(pairs)] = (name, value[:at] + broken + value[at:])
    refused(wire, place, written(pairs))


@pytest.mark.parametrize("broken", ["%", "%2", "%zz"])
def test_broken_percent_encoding_is_refused_though_it_was_signed_as_it_stands(wire, broken):
    """A client that forgets to encode its nonce signs the bare value: one header must not have two readings."""
    pairs = {**dict(good(wire.account, FIRST)), "oauth_nonce": f"twenty-characters{broken}"}
    del pairs["oauth_signature"]
    own = wire.account.credentials
    made = sign(base_string("GET", SUITETALK, FIRST[2], "", pairs.items()), own["consumer_secret"], own["token_secret"])
    assert refused(wire, FIRST, written([*pairs.items(), ("oauth_signature", escape(made))])) == 401
    assert wire.account.state.value("SELECT detail FROM logins ORDER BY id DESC") == "parameter_rejected"


@OFTEN
@given(place=places, which=st.integers(0, 7), sign=st.sampled_from([b"\x00", b"\x01", b"\x0b", b"\x0c", b"\x1b", b"\x7f", b"\r", b"\r\n ", b"\n\t", b"\x85"]))
def test_control_characters(wire, place, which, sign):
    pairs = good(wire.account, place)
    name, value = pairs[which % len(pairs)]
    pairs[which % len(pairs)] = (name, value + "~here~")
    assert refused(wire, place, written(pairs).replace(b"~here~", sign)) in (400, 401, 404)


@pytest.mark.parametrize("sent", [b"\r\n X-Folded: 1", b"\rX-Injected: 1", b"\x00", b"\x1b[2J"])
def test_the_realm_that_is_echoed_carries_nothing_into_the_answer(wire, sent):
    line = written([("realm", "1234567~here~"), *good(wire.account, FIRST)[1:]]).replace(b"~here~", sent)
    refused(wire, FIRST, line)  # and ``exchange`` looks at the answer's head


@pytest.mark.parametrize("place", [FIRST, PLACES[6]], ids=["rest", "restlets"])
@pytest.mark.parametrize("size", [2000, LONGEST - 3, LONGEST - 1, 300000])
@pytest.mark.parametrize("filling", ["a", " ", "%20", '"', ",", "=", 'a="b",', "\\", "OAuth "])
def test_huge(wire, place, size, filling):
    """As large as the server reads, and beyond: a regular expression must not go back and forth until the wire gives up."""
    pairs = good(wire.account, place)
    filled = filling.encode() * (size // len(filling))
    for head, tail in ((b"Authorization: OAuth ", b"x"), (written(pairs), b"x"), (written(pairs)[:-1], b'"'), (written(pairs[:-1]), b'"')):
        refused(wire, place, head + filled[: size - len(head) - len(tail)] + tail)


def test_a_hundred_header_lines_and_more(wire):
    own = written(good(wire.account, FIRST))
    assert refused(wire, FIRST, *[own] * 90) == 400
    assert refused(wire, FIRST, *[own] * 1000) == 400
