"""Whatever stands in the body or the query string, behind a login that works: an answer, in time, never a 5xx."""

from __future__ import annotations

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st
from practice_wire import OFTEN, PLACES, SUITETALK, good, untroubled, written

from wizard.practice.signature import base_string, escape, sign, unescape


def body(wire, place, content):
    """Send a body with a good header; return status and answer."""
    status, answer = wire.send(place, written(good(wire.account, place)), b"Content-Type: application/json", b"Prefer: transient", body=content)
    untroubled(wire)
    assert status < 500, (status, answer)
    assert answer == b"" or answer.startswith((b"{", b"<"))
    return status


QUERY = PLACES[4]
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=10), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=5,
)
WORDS = """
    SELECT select FROM WHERE WITH x AS ( ) ( ) , . * customer transaction role id name DUAL t BUILTIN.DF( BUILTIN . DF UNION ALL
    GROUP BY ORDER JOIN ON 'a' 'it''s ' " "id" [ ] ? ?1 :a @b $c -- /* */ \\ ; = <> || 1 1e999 9223372036854775808 -1
    char(1)||'x' char(0) x'00' CAST( to_date('x') to_char(id,'"') nvl(1) decode() FETCH FIRST 1 ROWS ONLY LIMIT PRAGMA INSERT
    DELETE DROP ATTACH sqlite_master logins tokens \x00 \ud800 \xe4 \u2028 NULL CASE WHEN END zeroblob(1000000000)
"""
words = st.sampled_from(WORDS.split())


@OFTEN
@given(content=st.binary(max_size=100))
@example(content=b"")
@example(content=b"[" * 100000)
@example(content=b'{"q":' * 50000)
@example(content=b'{"q": "SELECT 1 FROM DUAL", "params": [' + b"9" * 5000 + b"]}")
def test_query_bodies_of_any_bytes(wire, content):
    assert body(wire, QUERY, content) == 400


@OFTEN
@given(sent=st.fixed_dictionaries({}, optional={"q": values | st.just("SELECT id FROM customer WHERE id = ?"), "params": values | st.lists(values, max_size=2)}))
@example(sent={"q": "SELECT ? FROM DUAL", "params": [float("nan")]})
@example(sent={"q": "SELECT ? FROM DUAL", "params": ["\ud800"]})
@example(sent={"q": "SELECT ? AS a FROM DUAL", "params": ["\x01no date"]})
def test_query_bodies_of_any_json(wire, sent):
    body(wire, QUERY, json.dumps(sent).encode())


@settings(OFTEN, max_examples=400)
@given(sql=st.lists(words, max_size=15).map(" ".join), select=st.booleans())
@example(sql="char(1) || 'no date' FROM DUAL", select=True)
@example(sql="zeroblob(1000000000) FROM DUAL", select=True)
@example(sql="a" + " a" * 200000, select=True)
@example(sql="/*" * 200000, select=True)
@example(sql="(" * 100000, select=True)
@example(sql="'" * 200001, select=True)
@example(sql="1" + "+1" * 100000 + " FROM DUAL", select=True)
@example(sql="BUILTIN.DF(" * 30000, select=True)
def test_queries_of_any_words(wire, sql, select):
    body(wire, QUERY, json.dumps({"q": f"SELECT {sql}" if select else sql}).encode())


@OFTEN
@given(query=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60))
@example(query="q=companyName+CONTAIN+" + "a" * 60000)
@example(query="q=companyName+CONTAIN+%00")
@example(query="q=companyName+IS+%ED%A0%80")
@example(query="q=id+BETWEEN+%5B9999999999999999999,1%5D")
@example(query="limit=%D9%A3&offset=0")
@example(query="limit=" + "9" * 50000)
def test_any_query_string(wire, query):
    for path in ("/services/rest/record/v1/customer", "/services/rest/record/v1/metadata-catalog"):
        place = ("GET", SUITETALK, f"{path}?{query}")
        pairs = [(name, value) for name, value in good(wire.account, ("GET", SUITETALK, path)) if name != "oauth_signature"]
        decoded = [(name, unescape(value)) for name, value in pairs]
        own = wire.account.credentials
        made = sign(base_string("GET", SUITETALK, path, query, decoded), own["consumer_secret"], own["token_secret"])
        status, answer = wire.send(place, written([*pairs, ("oauth_signature", escape(made))]))
        assert status in (200, 400, 404), (status, answer)
        untroubled(wire)
