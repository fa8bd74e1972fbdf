"""Whatever stands in the body or the query string, behind a login that works: an answer, in time, never a 5xx."""

from __future__ import annotations

import json
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.sax.saxutils import escape as escape_xml

from hypothesis import example, given, settings
from hypothesis import strategies as st
from practice_asker import Asker
from practice_wire import OFTEN, PLACES, RESTLETS, SUITETALK, good, untroubled, written

from wizard.practice.door.signature import base_string, escape, sign, unescape


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


@settings(OFTEN, max_examples=250)
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


EXPRESSIONS = """
id|c.id|companyname|nothing|*|c.*|1|'x'|NULL|-1|1/0|9223372036854775807+1|id||'x'|count(*)|sum(id)|max(companyname)|BUILTIN.DF(currency)|BUILTIN.DF(c.id)
BUILTIN.DF(1)|CAST(id AS BLOB)|TO_CHAR(SYSDATE, 'YYYY "%s" %')|TO_DATE('31/02/2026')|TO_DATE(id, 'YYYY')|TO_CHAR(id, id)|NVL(id, 'x')|NVL2(1)|DECODE(id)|DECODE(id, 1, 2, 3)
LAG(id) OVER (ORDER BY id)|(SELECT id FROM role)|(SELECT id, name FROM role)|CASE id WHEN 1 THEN SYSDATE ELSE 0 END|trandate|datecreated|SYSDATE - 1|id id|id "a b"|id AS links
REPLACE(companyname, '', 'x')|SUBSTR(companyname, -1, 9999999999)|ABS(-9223372036854775808)|'\ud800'|'\x00'|UPPER(NULL)|LENGTH()|ROUND('x', 'y')
"""
TABLES = "customer c|DUAL|role|transaction|employee c, role|customer c JOIN role ON 1=1|(SELECT id FROM customer) c|nothing|tokens|LoginAudit|OAuthToken|subsidiary"
TAILS = """
|WHERE id = 1|WHERE id IN (SELECT id FROM role)|WHERE id LIKE '%'|WHERE companyname LIKE id ESCAPE 'xx'|GROUP BY id|GROUP BY 1 HAVING count(*) > 'x'|ORDER BY 1|ORDER BY 99|ORDER BY nothing
FETCH FIRST 1 ROWS ONLY|FETCH FIRST 99999999999999999999 ROWS ONLY|OFFSET 1 ROWS|UNION SELECT 1 FROM DUAL|MINUS SELECT id FROM role|WHERE SYSDATE > '01/01/2026'|WHERE ROWNUM < 2|;|-- x
"""


def one_of(text):
    return st.sampled_from([part for line in text.strip("\n").splitlines() for part in line.split("|")])


@settings(OFTEN, max_examples=250)
@given(expressions=st.lists(one_of(EXPRESSIONS.replace("||", "\0")).map(lambda e: e.replace("\0", "||")), min_size=1, max_size=3), table=one_of(TABLES), tail=one_of(TAILS))
def test_queries_that_are_nearly_right(wire, expressions, table, tail):
    body(wire, QUERY, json.dumps({"q": f"SELECT {', '.join(expressions)} FROM {table} {tail}"}).encode())


NAMES = st.sampled_from(["limit", "offset", "q", "expandSubResources", "fields", "select", "LIMIT", "", "%"])
FILTERS = st.sampled_from([
    "id EQUAL 200", "companyName CONTAIN %", "companyName IS _", "id BETWEEN [1, 9]", "id BETWEEN [9]", "email IS null", "isInactive IS true",
    'companyName START_WITH "x', "nothing IS 1", "id ANY_OF [1, 2]", "id IS 1 AND id IS 2", "tranDate AFTER 01/01/2026", "", "\x00", "\U0001f600",
])


@OFTEN
@given(pairs=st.lists(st.tuples(NAMES, FILTERS | st.integers(-2, 1200).map(str) | st.text(max_size=8)), max_size=4))
def test_any_list(wire, pairs):
    query = urlencode([(name, value.encode("utf-8", "surrogatepass")) for name, value in pairs])
    for kind in ("customer", "invoice", "metadata-catalog"):
        place = ("GET", SUITETALK, f"/services/rest/record/v1/{kind}?{query}")
        status, answer = wire.send(place, written(good(wire.account, place)))
        untroubled(wire)
        assert status in (200, 400), (status, answer)


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


FIELDS = st.sampled_from(["companyName", "entityId", "email", "subsidiary", "currency", "isInactive", "tranDate", "entity", "item", "items", "externalId", "id", "links", "memo", "total", "\x00", "\ud800", "ü"])
references = st.fixed_dictionaries({}, optional={"id": values, "refName": values, "items": st.lists(st.dictionaries(FIELDS, values, max_size=3), max_size=3)})
PATHS = ["200", "201", "1", "-1", "eid:x", "0", "200/addressBook", "%00", "99999999999999999999", "200?replace=items", "500"]
records = st.dictionaries(FIELDS | st.text(max_size=8), values | references, max_size=6)


@settings(OFTEN, max_examples=150)
@given(
    where=st.sampled_from(["POST ", "POST ", "POST ", "POST /1", "PATCH ", "PUT /eid:x", "DELETE ", "DELETE /-1"]) | st.builds("{} /{}".format, st.sampled_from(["PATCH", "DELETE"]), st.sampled_from(PATHS)),
    kind=st.sampled_from(["customer", "vendor", "invoice", "vendorBill", "journalEntry", "employee", "contact", "account", "serviceSaleItem", "subsidiary", "nothing"]),
    sent=records,
)
def test_records_of_any_json(wire, where, kind, sent):
    method, path = where.split(" ")
    body(wire, (method, SUITETALK, f"/services/rest/record/v1/{kind}{path}"), json.dumps(sent).encode())


@OFTEN
@given(content=st.binary(max_size=60), method=st.sampled_from(["POST", "PATCH", "DELETE"]))
@example(content=b"[" * 100000, method="POST")
@example(content=b'{"companyName": ' + b"9" * 5000 + b"}", method="POST")
@example(content=b'{"companyName": 1e999, "subsidiary": {"id": NaN}}', method="POST")
@example(content=json.dumps({"companyName": "a" * 500_000, "subsidiary": {"id": "1"}}).encode(), method="POST")
def test_records_of_any_bytes(wire, content, method):
    path = "/services/rest/record/v1/customer" + ("" if method == "POST" else "/201")
    body(wire, (method, SUITETALK, path), content)


@OFTEN
@given(content=st.binary(max_size=60), kind=st.sampled_from(["application/json", "text/plain", "text/plain; charset=utf-7", "application/xml", ""]), script=st.text(max_size=6) | st.just("customscript_practice_echo"))
def test_restlets_of_anything(wire, content, kind, script):
    query = urlencode({"script": script, "deploy": "1"})
    place = ("POST", RESTLETS, f"/app/site/hosting/restlet.nl?{query}")
    # The administrator's token: a Web Services Only role is sent away at the door.
    header = written(good(wire.account, place, Asker(wire.account).admin))
    status, answer = wire.send(place, header, b"Content-Type: " + kind.encode(), body=content)
    untroubled(wire)
    assert status < 500, (status, answer)


# --- SOAP, where a refusal is a 500 by its own rules (documented, 9.4): what counts is that it is a fault, and no login

SOAP = ("POST", SUITETALK, "/services/NetSuitePort_2025_2")
PIECES = """
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">
</s:Envelope>
<s:Header>
</s:Header>
<s:Body>
</s:Body>
<s:Body/>
<tokenPassport xmlns="urn:messages_2025_2.platform.webservices.netsuite.com">
</tokenPassport>
<account>1234567_SB1</account><consumerKey>a</consumerKey><token/><nonce>123456</nonce>
<timestamp>-1</timestamp><signature algorithm="HMAC-SHA256">a</signature>
<getServerTime xmlns="urn:messages_2025_2.platform.webservices.netsuite.com"/>
<getDataCenterUrls xmlns="urn:messages_2025_2.platform.webservices.netsuite.com">
</getDataCenterUrls>
<passport/><applicationInfo/>
<!DOCTYPE a [<!ENTITY b "c">]>
<?xml version="1.0" encoding="utf-16"?>
&b;
&amp;&#0;&#xD800;
<![CDATA[
]]>
<!-- -->
\x00
<a b="c" b="d"/>
"""
pieces = st.sampled_from(PIECES.strip().splitlines())


def soap(wire, content):
    before = wire.logins()
    status, answer = wire.send(SOAP, b'SOAPAction: "getServerTime"', b"Content-Type: text/xml; charset=utf-8", body=content)
    untroubled(wire)
    root = ElementTree.fromstring(answer)
    assert status in (200, 400, 500), (status, answer)
    assert (status == 200) == (root.find(".//faultstring") is None), answer
    assert wire.logins() == before


@settings(OFTEN, max_examples=150)
@given(content=st.lists(pieces | st.text(max_size=5), max_size=25).map("".join))
def test_soap_of_any_pieces(wire, content):
    soap(wire, content.encode("utf-8", "surrogatepass"))


@OFTEN
@given(content=st.binary(max_size=100))
@example(content=b"")
@example(content=b"<a>" * 300_000)
@example(content=b"<a" + b" b" * 300_000)
@example(content=b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>')
@example(content=b"<?xml version='1.0' encoding='utf-7'?><a/>")
@example(content=b"&" * 500_000)
def test_soap_of_any_bytes(wire, content):
    soap(wire, content)


GOOD = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>'
    '<m:tokenPassport xmlns:m="urn:messages_2025_2.platform.webservices.netsuite.com" xmlns:c="urn:core_2025_2.platform.webservices.netsuite.com">'
    "{}</m:tokenPassport></s:Header><s:Body><getServerTime xmlns=\"urn:messages_2025_2.platform.webservices.netsuite.com\"/></s:Body></s:Envelope>"
)


@OFTEN
@given(children=st.lists(st.tuples(st.sampled_from(["account", "consumerKey", "token", "nonce", "timestamp", "signature", "other"]), st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=10)), max_size=9))
def test_token_passports_of_anything(wire, children):
    text = [(name, "".join(c for c in value if c.isprintable())) for name, value in children]
    soap(wire, GOOD.format("".join(f"<c:{name}>{escape_xml(value)}</c:{name}>" for name, value in text)).encode())
