"""SuiteQL: shape, errors, and the gate of every table."""

from __future__ import annotations

import sqlite3
import sys

import pytest
from practice_asker import StoppedClock

from wizard.practice.rest import query_bounds

PREFIX = "Invalid search query. Detailed unprocessed description follows. "


def hidden(name):
    return 400, "INVALID_PARAMETER", f"{PREFIX}Search error occurred: Record '{name}' was not found."


def test_a_page_on_the_wire(ready):
    answer = ready.query("SELECT id, companyname FROM customer ORDER BY id", page="?limit=1&offset=0")
    address = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/query/v1/suiteql?limit=1&offset="
    assert answer.body.decode() == (
        f'{{"links":[{{"rel":"next","href":"{address}1"}},{{"rel":"last","href":"{address}5"}},'
        f'{{"rel":"self","href":"{address}0","method":"POST"}}],"count":1,"hasMore":true,'
        '"items":[{"links":[],"companyname":"Bluefield Produce","id":"200"}],"offset":0,"totalResults":6}\n'
    )
    assert answer.headers["content-type"] == "application/vnd.oracle.resource+json; type=collection; charset=UTF-8"


def test_columns_are_lower_case_alphabetical_texts_and_empty_ones_left_out(ready):
    item = ready.query("SELECT parent, NAME, Id AS Zed, currency, isinactive FROM subsidiary WHERE id = 1").json["items"][0]
    assert list(item.items()) == [
        ("links", []), ("currency", "1"), ("isinactive", "F"), ("name", "Tidewater Freight"), ("zed", "1"),
    ]


def test_paging_reaches_every_row_once(ready):
    ids = []
    for offset in range(0, 18, 7):
        ids += [row["id"] for row in ready.query("SELECT id FROM account ORDER BY id", page=f"?limit=7&offset={offset}").json["items"]]
    assert ids == [row["id"] for row in ready.rows("SELECT id FROM account ORDER BY id")]
    assert len(ids) == len(set(ids)) > 14


def test_dual_and_the_time(begin):
    asker = begin(clock=StoppedClock(1_784_638_472))
    sql = """SELECT TO_CHAR(SYS_EXTRACT_UTC(SYSTIMESTAMP), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS server_time FROM DUAL"""
    assert asker.query(sql).json["items"] == [{"links": [], "server_time": "2026-07-21T12:54:32Z"}]


def test_parameters(ready):
    rows = ready.rows("SELECT id FROM customer WHERE id BETWEEN ? AND ? AND isinactive = ? ORDER BY id", params=["201", "202", "F"])
    assert [row["id"] for row in rows] == ["201", "202"]


def test_dialect(ready):
    assert len(ready.rows("SELECT id FROM transaction ORDER BY id FETCH FIRST 3 ROWS ONLY")) == 3
    assert ready.rows("SELECT NVL(parent, 0) AS p FROM subsidiary WHERE id = 1") == [{"p": "0"}]
    assert ready.rows("SELECT DECODE(accttype, 'Bank', 'B', 'other') AS d FROM account WHERE id = 1") == [{"d": "B"}]
    assert ready.rows("SELECT COUNT(*) AS n, SUM(foreigntotal) AS s FROM transaction WHERE id <= 1001 AND id >= 1001 AND id <> 7") == [{"n": "1", "s": "2482.5"}]
    assert ready.rows("SELECT COUNT(*) FROM subsidiary") == [{"expr1": "3"}]
    assert ready.rows("WITH a AS (SELECT id FROM subsidiary) SELECT COUNT(*) AS n FROM a") == [{"n": "3"}]
    assert ready.rows("SELECT name FROM subsidiary WHERE name LIKE '%West' -- a comment") == [{"name": "Tidewater Freight West"}]
    assert ready.rows("SELECT name FROM subsidiary WHERE name LIKE '%west'") == []
    assert ready.rows('SELECT s."name" FROM subsidiary s WHERE s.name = \'O\'\'Hara\'') == []


def test_dates_have_the_accounts_format_and_can_be_compared(begin):
    asker = begin(clock=StoppedClock(1_784_638_472))
    assert asker.rows("SELECT trandate FROM transaction WHERE id = 1001") == [{"trandate": "16/07/2026"}]
    assert asker.rows("SELECT TO_CHAR(trandate, 'YYYY-MM-DD') AS d FROM transaction WHERE id = 1001") == [{"d": "2026-07-16"}]
    late = asker.rows("SELECT id FROM transaction WHERE trandate > TO_DATE('15/07/2026', 'DD/MM/YYYY') AND type = 'CustInvc'")
    assert late == [{"id": "1001"}]
    token = "SELECT DCreated FROM OAuthToken WHERE id = 1"
    assert asker.rows(token, asker.admin) == [{"dcreated": "14/07/2026 12:56:32"}]
    dateless = begin(clock=StoppedClock(1_784_638_472), times_with_clock=False)
    assert dateless.rows(token, dateless.admin) == [{"dcreated": "14/07/2026"}]
    assert dateless.rows(token.replace("DCreated", "TO_CHAR(DCreated, 'HH24:MI:SS') AS t"), dateless.admin) == [{"t": "12:56:32"}]


def test_builtin_df_shows_names(ready):
    rows = ready.rows("SELECT BUILTIN.DF(t.Entity_Name) AS who, BUILTIN.DF(t.Role_Name) AS role, BUILTIN.DF(TBA_App_Name) app FROM OAuthToken t ORDER BY id", ready.admin)
    assert rows[1] == {"app": "Alvys TMS Integration", "role": "Alvys Integration Role", "who": "Alvys Integration"}
    assert ready.rows("SELECT BUILTIN.DF(name) AS n FROM subsidiary WHERE id = 1") == [{"n": "Tidewater Freight"}]
    assert ready.rows("SELECT BUILTIN.DF(currency) AS c FROM customer WHERE id = 200") == [{"c": "US Dollar"}]


SYNTAX = (
    b'{"type":"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.1","title":"Bad Request","status":400,"o:errorDetails":[{"detail":'
    b'"Invalid search query. Detailed unprocessed description follows. Search error occurred: Failed to parse SQL [SELECT FROM WHERE]: '
    b'syntax error, state:52(10102) near: FROM(1,8, token code:0)\\nno_root_node(-1000) near: no root node(0,0, token code:0).",'
    b'"o:errorQueryParam":"q","o:errorCode":"INVALID_PARAMETER"}]}\n'
)


def test_a_syntax_error_on_the_wire(ready):
    answer = ready.query("SELECT FROM WHERE")
    assert (answer.status, answer.body) == (400, SYNTAX)


@pytest.mark.parametrize(
    ("sql", "detail"),
    [
        ("SELECT subsidiary FROM transaction", "Search error occurred: Unknown identifier 'subsidiary'. Available identifiers are: {transaction=transaction}."),
        ("SELECT c.nonesuch FROM customer c JOIN vendor AS v ON v.id = c.id", "Search error occurred: Unknown identifier 'nonesuch'. Available identifiers are: {c=customer, v=vendor}."),
        ("SELECT acctname FROM account", "Search error occurred: Unknown identifier 'acctname'. Available identifiers are: {account=account}."),
        ("SELECT 1 FROM transactiontablethatdoesnotexist", "Invalid search type: transactiontablethatdoesnotexist."),
    ],
)
def test_unknown_names(ready, sql, detail):
    assert ready.query(sql).error == (400, "INVALID_PARAMETER", PREFIX + detail)


def switch(asker, feature, on="F"):
    """Turn a feature on or off; that of OneWorld has no box to click."""
    with asker.account.state.write():
        asker.account.state.run("UPDATE features SET isactive = ? WHERE id = ?", (on, feature))


TABLES_BY_NAME = [
    ("accountingbook", "ADMI_ACCOUNTINGBOOK", "MULTIBOOK", "1"), ("ConsolidatedExchangeRate", "LIST_CURRENCY", "SUBSIDIARIES", "0"),
    ("currencyrate", "LIST_CURRENCY", None, "0"), ("UserOAuthToken", "ADMI_MANAGE_OWN_OAUTH_TOKENS", None, "0"), ("file", "LIST_FILECABINET", "DOCUMENTS", "0"),
    ("MediaItemFolder", "LIST_FILECABINET", "DOCUMENTS", "0"), ("IPRestrictions", "ADMI_AUDITLOGIN", None, "1"), ("job", "LIST_JOB", None, "0"),
]


def test_tables_that_are_known_by_name_are_no_unknown_types(begin):
    asker = begin()
    switch(asker, "MULTIBOOK", "T")
    with asker.account.state.write():
        asker.account.state.run("INSERT INTO ip_rules VALUES ('127.0.0.0/8')")
    for table, permission, feature, count in TABLES_BY_NAME:
        sql = f"SELECT count(*) AS n FROM {table}"
        assert asker.rows(sql, asker.admin) == [{"n": count}], table
        with asker.account.state.write():
            asker.account.state.run("DELETE FROM role_permissions WHERE permkey = ?", (permission,))
        refused = (400, "INVALID_PARAMETER", f"{PREFIX}Search error occurred: Record '{table}' was not found.")
        assert asker.query(sql).error == refused
        if feature:
            switch(asker, feature)
            assert asker.query(sql, asker.admin).error == refused
            switch(asker, feature, "T")


@pytest.mark.parametrize("table", ["roles", "tokens", "sqlite_master", "sqlite_temp_master", "pragma_table_info('tokens')", "main.tokens", "temp.tokens"])
def test_our_own_tables_are_no_search_types(ready, table):
    status, code, detail = ready.query(f"SELECT COUNT(*) FROM {table}", ready.admin).error
    assert (status, code) == (400, "INVALID_PARAMETER")
    assert "Invalid search type: " in detail


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM role", "UPDATE role SET name = 'x'", "INSERT INTO role (id) VALUES (1)", "DROP VIEW role", "ATTACH '/tmp/x' AS x",
        "PRAGMA query_only = OFF", "SELECT 1; DELETE FROM role", "SELECT 1 FROM role LIMIT 1", "SELECT load_extension('x') FROM DUAL",
        "WITH a AS (SELECT 1) DELETE FROM role", "", "EXPLAIN SELECT 1 FROM role", "SELECT * FROM role WHERE id = ?", "SELECT 'x",
        "SELECT BUILTIN.DF( FROM role", "SELECT '\ud800' FROM nix", "SELECT '\0' FROM DUAL", "SELECT TO_DATE('x', 'YYYY') FROM DUAL", "SELECT " + "(" * 500,
        "SELECT id FROM role FETCH FIRST x ROWS ONLY", "VACUUM", "CREATE TABLE x (y)",
    ],
)
def test_nothing_but_reading(begin, sql):
    asker = begin()
    before = [tuple(r) for r in asker.account.state.rows("SELECT * FROM roles")]
    assert asker.query(sql, asker.admin).error[:2] == (400, "INVALID_PARAMETER")
    assert [tuple(r) for r in asker.account.state.rows("SELECT * FROM roles")] == before
    assert asker.rows("SELECT COUNT(*) AS n FROM role", asker.admin) == [{"n": "2"}]


def test_a_query_without_end_is_ended(ready):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
    assert ready.query(endless).status == 400
    assert ready.rows("SELECT 1 AS one FROM DUAL") == [{"one": "1"}]


LONGER = "WITH RECURSIVE d(a, i) AS (SELECT 'x', 0 UNION ALL SELECT CASE WHEN i < 15 THEN a || a ELSE a END, i + 1 FROM d WHERE i < 2000)"
"""Two thousand texts of 32 kB out of a few letters."""


@pytest.mark.parametrize(
    "sql",
    [
        "WITH RECURSIVE d(a) AS (SELECT 'x' UNION ALL SELECT a || a FROM d) SELECT a FROM d",
        LONGER + " SELECT a FROM d",
        f"{LONGER} SELECT {', '.join(['a'] * 1500)} FROM d",
    ],
    ids=["doubled", "page", "wide"],
)
def test_a_short_query_takes_no_large_part_of_the_machine(ready, sql):
    resource = pytest.importorskip("resource", reason="this system does not tell how much memory a process had")
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert ready.query(sql).error[:2] == (400, "INVALID_PARAMETER")
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit < 400 << 20
    assert ready.rows("SELECT 1 AS one FROM DUAL") == [{"one": "1"}]


def test_a_text_is_bounded_where_sqlite_cannot_be_told_to():
    connection = sqlite3.connect(":memory:")
    connection.text_factory = query_bounds.short_text
    assert connection.execute("SELECT 'ä'").fetchone() == ("ä",)
    with pytest.raises(sqlite3.DataError):
        connection.execute("SELECT replace('aaaaaaaaaa', 'a', ?)", ("b" * 10_000,)).fetchone()
    connection.close()


def test_a_query_has_a_longest_length(ready):
    longest = "SELECT 1 AS one FROM DUAL".ljust(100_000)
    assert ready.query(longest).status == 200
    assert ready.query(longest + " ").error == (400, "INVALID_CONTENT", "Invalid content in the request body.")


INTEGRATION_TABLES = {
    "employee": "LIST_EMPLOYEE_RECORD", "subsidiary": "LIST_SUBSIDIARY", "account": "LIST_ACCOUNT", "accountsubsidiarymap": "LIST_ACCOUNT",
    "currency": "LIST_CURRENCY", "customer": "LIST_CUSTJOB", "vendor": "LIST_VENDOR", "contact": "LIST_CONTACT", "item": "LIST_ITEM",
    "classification": "LIST_CLASS", "department": "LIST_DEPARTMENT", "location": "LIST_LOCATION", "accountingperiod": "ADMI_ACCTPERIODS",
    "term": "ADMI_ACCOUNTINGLIST", "transaction": "TRAN_FIND", "script": "ADMI_CUSTOMSCRIPT", "customfield": "ADMI_CUSTFIELD",
    "customlist": "ADMI_CUSTLIST", "customrecordtype": "ADMI_CUSTRECORD", "customsegment": "ADMI_MANAGECUSTOMSEGMENTS",
    "deletedrecord": "ADMI_DELETEDRECORD",
}
ADMIN_TABLES = {
    "role": "ADMI_MANAGEROLES", "rolepermissions": "ADMI_MANAGEROLES", "OAuthToken": "ADMI_MANAGE_OAUTH_TOKENS", "LoginAudit": "ADMI_AUDITLOGIN",
    "CompanyFeatureSetup": "LIST_COMPANY_FEATURE_SETUP",
}
LEVEL = {"LIST_COMPANY_FEATURE_SETUP": "View"}


@pytest.mark.parametrize("table", INTEGRATION_TABLES)
def test_a_table_is_hidden_without_its_permission(begin, table):
    asker = begin()
    sql = f"SELECT COUNT(*) FROM {table}"
    assert asker.query(sql).status == 200
    asker.account.clicks.do("remove_permission", details={"permission": INTEGRATION_TABLES[table]})
    assert asker.query(sql).error == hidden(table)
    assert asker.query(f"SELECT * FROM {table}").error == hidden(table)
    assert asker.query(f"SELECT 1 AS x FROM DUAL WHERE EXISTS (SELECT 1 FROM {table})").error == hidden(table)
    assert asker.query(sql, asker.admin).status == 200


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT COUNT(*) FROM (role)", "SELECT COUNT(*) FROM DUAL, role", "SELECT COUNT(*) FROM DUAL d JOIN role r ON 1 = 1",
        "SELECT COUNT(*) FROM (SELECT 1 AS x FROM DUAL WHERE 1 = 1) q, role", "SELECT (SELECT COUNT(*) FROM role) AS n FROM DUAL",
        "SELECT COUNT(*) FROM DUAL d JOIN DUAL e ON d.dummy = e.dummy, role", "SELECT 1 AS x FROM DUAL UNION SELECT COUNT(*) FROM role",
        "WITH a AS (SELECT COUNT(*) AS n FROM role) SELECT n FROM a", 'SELECT COUNT(*) FROM "role"', "SELECT COUNT(*) FROM ((role))",
        "SELECT COUNT(*) FROM DUAL WHERE EXISTS (SELECT 1 FROM role)", "SELECT COUNT(*) FROM/**/role", "SELECT COUNT(*) FROM [role]",
        "SELECT role.name FROM DUAL LEFT JOIN role ON role.id = 3", "SELECT COUNT(*) FROM ROLE AS DUAL",
        "SELECT COUNT(*) FROM role x WHERE 1 IN (SELECT 1 FROM customer x)",
    ],
)
def test_no_way_of_writing_it_shows_a_hidden_table(ready, sql):
    status, code, detail = ready.query(sql).error
    assert (status, code) == (400, "INVALID_PARAMETER")
    if "[" not in sql:
        assert detail.lower() == hidden("role")[2].lower()


@pytest.mark.parametrize("table", ADMIN_TABLES)
def test_an_administrators_table_is_open_to_its_permission(begin, table):
    asker = begin()
    sql = f"SELECT * FROM {table}"
    assert asker.query(sql).error == hidden(table)
    assert asker.query(sql, asker.admin).json["totalResults"] > 0
    key = ADMIN_TABLES[table]
    asker.account.clicks.do("set_permission", details={"permission": key, "level": LEVEL.get(key, "Full")})
    assert asker.query(sql).status == 200


@pytest.mark.parametrize("table", ["employeerolesforsearch", "systemnote"])
def test_some_tables_are_the_administrators_alone(ready, table):
    assert ready.query(f"SELECT * FROM {table}").error == hidden(table)
    assert ready.query(f"SELECT * FROM {table}", ready.admin).json["totalResults"] > 0


@pytest.mark.parametrize(
    ("table", "feature"),
    [
        ("subsidiary", "SUBSIDIARIES"), ("accountsubsidiarymap", "SUBSIDIARIES"), ("currency", "MULTICURRENCY"), ("classification", "CLASSES"),
        ("script", "CUSTOMCODE"), ("customsegment", "CUSTOMSEGMENTS"), ("accountingperiod", "ACCOUNTINGPERIODS"),
    ],
)
def test_a_table_is_hidden_from_everybody_while_its_feature_is_off(begin, table, feature):
    asker = begin()
    switch(asker, feature)
    for credentials in (None, asker.admin):
        assert asker.query(f"SELECT * FROM {table}", credentials).error == hidden(table)


def test_the_feature_table_may_be_closed_over_rest(begin):
    asker = begin(feature_table_readable=False)
    assert asker.query("SELECT ID FROM CompanyFeatureSetup", asker.admin).error == hidden("CompanyFeatureSetup")


def test_two_logins_in_turn_see_each_their_own(begin):
    asker = begin("cross-viewing-off")
    for _ in range(2):
        assert len(asker.rows("SELECT id FROM customer")) == 4
        assert len(asker.rows("SELECT id FROM customer", asker.admin)) == 6
        assert asker.query("SELECT id FROM role").status == 400
        assert asker.query("SELECT id FROM role", asker.admin).status == 200


def test_rows_of_other_subsidiaries_are_left_out_silently(begin):
    asker = begin("cross-viewing-off")
    assert [r["id"] for r in asker.rows("SELECT id FROM subsidiary")] == ["1", "2"]
    assert {r["subsidiary"] for r in asker.rows("SELECT DISTINCT subsidiary FROM accountsubsidiarymap")} == {"1", "2"}
    seen, there = (len(asker.rows("SELECT id FROM transaction", who)) for who in (None, asker.admin))
    assert 0 < seen < there


def test_transactions_of_a_type_without_permission_are_left_out(begin):
    asker = begin("permission-missing")
    types = {r["type"] for r in asker.rows("SELECT DISTINCT type FROM transaction")}
    assert types == {"VendBill", "CustPymt", "VendPymt", "VendCred", "CustCred", "CustDep", "Journal"}


def test_role_and_permissions_read_as_documented(ready):
    role = ready.rows("SELECT id, scriptid, name, isinactive, iswebserviceonlyrole, subsidiaryoption, subsidiaryviewingallowed, effectivesubsidiaries, employeerestriction, employeeselectionunrestricted, issalesrole, issupportrole, coreadminpermission, centertype FROM role WHERE name = 'Alvys Integration Role'", ready.admin)
    assert role == [{
        "centertype": "ACCOUNTCENTER", "coreadminpermission": "F", "effectivesubsidiaries": "1, 2, 3", "employeerestriction": "NONE",
        "employeeselectionunrestricted": "F", "id": "1050", "isinactive": "F", "issalesrole": "F", "issupportrole": "F",
        "iswebserviceonlyrole": "T", "name": "Alvys Integration Role", "scriptid": "customrole_alvys_integration", "subsidiaryoption": "ALL",
        "subsidiaryviewingallowed": "T",
    }]
    row = ready.query("SELECT * FROM rolepermissions WHERE role = 1050 AND permkey = 'ADMI_CUSTFIELD'", ready.admin).json["items"]
    assert row == [{"links": [], "name": "Custom Fields", "permkey": "ADMI_CUSTFIELD", "permlevel": "4", "restriction": "-1", "role": "1050"}]
    assert len(ready.rows("SELECT permkey FROM rolepermissions WHERE role = 1050 AND permlevel >= 1", ready.admin)) == 49


def test_effective_subsidiaries_follow_the_option(begin):
    asker = begin("subsidiary-not-assigned")
    sql = "SELECT subsidiaryoption, effectivesubsidiaries FROM role WHERE id = 1050"
    assert asker.rows(sql, asker.admin) == [{"effectivesubsidiaries": "1, 2", "subsidiaryoption": "SELECTED"}]
    asker.account.clicks.do("create_role", mistake="own_subsidiary")
    assert asker.rows(sql, asker.admin) == [{"subsidiaryoption": "OWN"}]


def test_users_and_their_roles(ready):
    who = ready.rows("SELECT id, entityid, email, giveaccess, isinactive, subsidiary, rolesforsearch FROM employee WHERE entityid = 'Alvys Integration'")
    assert who == [{
        "email": "alvys.integration@practice.example", "entityid": "Alvys Integration", "giveaccess": "T", "id": "211", "isinactive": "F",
        "rolesforsearch": "1050", "subsidiary": "1",
    }]
    assert ready.rows("SELECT entity, role FROM employeerolesforsearch ORDER BY entity", ready.admin) == [
        {"entity": "5", "role": "3"}, {"entity": "211", "role": "1050"},
    ]


def test_the_login_audit_trail_can_be_read_back(begin):
    asker = begin()
    asker.login(signature_method="HMAC-SHA1")
    sql = "SELECT date, status, user, role, emailAddress, ipAddress, requestUri, detail, secChallenge, userAgent, oAuthAppName, oAuthAccessTokenName FROM LoginAudit WHERE status = 'Failure'"
    row = asker.rows(sql, asker.admin)[0]
    assert (row["detail"], row["ipaddress"], row["requesturi"]) == ("UnknownAlgorithm", "127.0.0.1", "/services/rest/system/v1/serverTime")


def test_without_oneworld(begin):
    asker = begin("no-oneworld-ready")
    assert asker.query("SELECT id FROM subsidiary").error == hidden("subsidiary")
    assert asker.query("SELECT id FROM subsidiary", asker.admin).error == hidden("subsidiary")
    assert asker.query("SELECT subsidiary FROM employee").error == (
        400, "INVALID_PARAMETER", f"{PREFIX}Search error occurred: Unknown identifier 'subsidiary'. Available identifiers are: {{employee=employee}}.",
    )
    assert asker.rows("SELECT name FROM role WHERE subsidiaryoption IS NULL ORDER BY id", asker.admin) == [{"name": "Administrator"}, {"name": "Alvys Integration Role"}]
    assert len(asker.rows("SELECT id FROM customer")) == 6
    assert len(asker.rows("SELECT id FROM account WHERE accttype = 'Income'")) == 2


def send(asker, body, headers=None, path="", **more):
    url = f"https://{asker.account.suitetalk_host}/services/rest/query/v1/suiteql{path}"
    return asker.signed("POST", url, headers={"Prefer": "transient"} if headers is None else headers, body=body, **more)


@pytest.mark.parametrize("headers", [{}, {"Prefer": "respond-async"}])
def test_prefer_transient_is_required_or_not(begin, headers):
    body = {"q": "SELECT 1 FROM DUAL"}
    assert send(begin(), body, headers).status == 400
    assert send(begin(prefer_missing="accept"), body, headers).status == 200


@pytest.mark.parametrize("value", [10**30, -(10**30), "\ud800", "\0"])
def test_a_parameter_the_database_cannot_hold(ready, value):
    assert ready.query("SELECT id FROM customer WHERE id = ?", params=[value]).status in (200, 400)


@pytest.mark.parametrize("body", [None, [], "SELECT 1", {}, {"q": 1}, {"q": "SELECT 1 FROM DUAL", "params": "1"}, {"q": "SELECT 1 FROM DUAL", "params": [[1]]}])
def test_a_body_that_is_no_query(ready, body):
    assert send(ready, body).error[:2] == (400, "INVALID_CONTENT")


def test_queries_are_posted(ready):
    assert ready.get("/services/rest/query/v1/suiteql").status == 405
    assert ready.get("/services/rest/query/v1/nothing", headers={"Prefer": "transient"}).status == 405
    assert send(ready, {"q": "SELECT 1 FROM DUAL"}, path="?limit=2000").error[:2] == (400, "INVALID_PARAMETER")


def test_the_database_itself_refuses_what_the_names_did_not_give_away(ready, monkeypatch):
    monkeypatch.setattr("wizard.practice.rest.suiteql.tables_named", lambda sql: [])
    for sql in ("SELECT name FROM role", "SELECT tokensecret FROM tokens"):
        ready.query(sql, ready.admin)
        assert ready.query(sql).status == 400
    assert ready.query("SELECT name FROM role", ready.admin).status == 200
    assert ready.query("SELECT tokensecret FROM tokens", ready.admin).status == 400


def test_a_text_beside_a_date_is_read_in_the_accounts_format(ready):
    days = [row["d"] for row in ready.rows("SELECT TO_CHAR(trandate, 'YYYY-MM-DD') AS d FROM transaction ORDER BY trandate")]
    middle = days[len(days) // 2]
    shown = "/".join(reversed(middle.split("-")))
    later = sum(day >= middle for day in days)
    assert 0 < later < len(days)
    count = "SELECT COUNT(*) AS n FROM transaction t WHERE "
    assert ready.rows(f"{count} t.trandate >= '{shown}'") == [{"n": str(later)}]
    assert ready.rows(f"{count} t.trandate >= ?", params=[shown]) == [{"n": str(later)}]
    assert ready.rows(f"{count} t.trandate < '{shown}'") == [{"n": str(len(days) - later)}]
    assert ready.rows(f"{count} t.trandate BETWEEN '{shown}' AND '{shown}'") == [{"n": str(days.count(middle))}]
    status, code, _ = ready.query(f"{count} trandate >= 'soon'").error
    assert (status, code) == (400, "INVALID_PARAMETER")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="sqlite3 has no setlimit before Python 3.11")
def test_a_query_makes_no_giant_out_of_nothing(ready):
    grown = "'" + "a" * 1000 + "'"
    for _ in range(5):
        grown = f"replace({grown}, 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')"
    status, code, _ = ready.query(f"SELECT length({grown}) AS n FROM DUAL").error
    assert (status, code) == (400, "INVALID_PARAMETER")
