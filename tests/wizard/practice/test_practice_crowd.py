"""Large books: the same every time, believable, with the faults they promise; long results page by page."""

from __future__ import annotations

import hashlib
import tempfile
import tracemalloc

import pytest
from practice_asker import Asker, StoppedClock

from wizard.errors import PracticeError
from wizard.practice.account import PracticeAccount
from wizard.practice.data import crowd, ledger
from wizard.practice.data.state import State
from wizard.practice.scenario import load_scenario

NOON = 1_784_635_200  # 2026-07-21 12:00 UTC
MOST = 100_000


@pytest.fixture(scope="module")
def busy():
    with PracticeAccount(load_scenario("busy-books")) as account:
        asker = Asker(account)
        yield asker
        asker.close()
    assert list(account.trouble) == []


@pytest.fixture(scope="module")
def large():
    with PracticeAccount(load_scenario("large-books")) as account:
        asker = Asker(account)
        yield asker
        asker.close()
    assert list(account.trouble) == []


WRITTEN = (
    "id, kind, entityid, companyname, email, isperson, isinactive, subsidiary, currency FROM entities WHERE id >= 10000",
    "id, type, tranid, trandate, entity, subsidiary, currency, total, unpaid, duedate, status, postingperiod FROM transactions WHERE id >= 100000",
    "payment, invoice, amount FROM applied",
    "id, periodname, startdate, enddate, closed FROM periods WHERE id < 100",
)


def books(account):
    """Everything the generator wrote, as one text."""
    return repr([[tuple(row) for row in account.state.rows(f"SELECT {part} ORDER BY 1, 2")] for part in WRITTEN])


def made(at=NOON, **changed):
    scenario = load_scenario("busy-books")
    account = PracticeAccount(scenario.model_copy(update={"books": scenario.books.model_copy(update=changed)}), clock=StoppedClock(at))
    try:
        return books(account)
    finally:
        account.stop()


# Of every Python and platform: whoever changes the generator changes it.
DIGEST = "206766a1482c8502e535605aecd56c31318730618bedacfe6bfad46961a348a2"


def test_the_same_seed_gives_the_same_books_everywhere():
    first = made()
    assert first == made()
    assert hashlib.sha256(first.encode()).hexdigest() == DIGEST


def test_another_seed_or_day_gives_other_books():
    first = made()
    assert first != made(seed=2)
    assert first != made(at=NOON + 86_400)
    assert first == made(at=NOON + 60)


def test_as_much_as_was_asked_for(busy, large):
    for asker, customers, invoices, payments in ((busy, 300, 2000, 700), (large, 50_000, 200_000, 60_000)):
        count = asker.account.state.value
        assert count("SELECT count(*) FROM entities WHERE kind = 'customer' AND id >= ?", (crowd.FIRST_CUSTOMER,)) == customers
        assert count("SELECT count(*) FROM transactions WHERE type = 'CustInvc' AND id >= ?", (ledger.FIRST_INVOICE,)) == invoices
        assert count("SELECT count(*) FROM transactions WHERE type = 'CustPymt' AND id >= ?", (ledger.FIRST_INVOICE,)) == payments
        # The six customers of every account stay what they are.
        assert [r["companyname"] for r in asker.rows("SELECT companyname FROM customer WHERE id < 300 ORDER BY id")][::5] == ["Bluefield Produce", "Grantham Glass"]


def test_the_faults_come_at_their_rates(large):
    count = large.account.state.value
    mine = f"FROM entities WHERE kind = 'customer' AND id >= {crowd.FIRST_CUSTOMER}"
    everybody = count(f"SELECT count(*) {mine}")
    twins = everybody - count(f"SELECT count(DISTINCT lower(replace(trim(entityid), '  ', ' '))) {mine}")
    exact = everybody - count(f"SELECT count(DISTINCT entityid) {mine}")
    rates = {
        crowd.TWIN_EVERY: twins, 4 * crowd.TWIN_EVERY: exact, crowd.PERSON_EVERY: count(f"SELECT count(*) {mine} AND isperson = 'T'"),
        crowd.NO_EMAIL_EVERY: count(f"SELECT count(*) {mine} AND email IS NULL"), crowd.INACTIVE_EVERY: count(f"SELECT count(*) {mine} AND isinactive = 'T'"),
    }
    for every, found in rates.items():
        assert 0.75 < found * every / everybody < 1.25, every
    assert count(f"SELECT count(*) {mine} AND entityid = upper(entityid)") > 0 < count(f"SELECT count(*) {mine} AND entityid <> trim(entityid)")
    assert count(f"SELECT count(*) {mine} AND entityid LIKE '%  %'") > 0
    assert count("SELECT count(*) FROM entities WHERE email NOT LIKE '%@%.example'") == 0
    assert count("SELECT count(*) FROM entities WHERE (isperson = 'T' OR kind = 'contact') <> (companyname IS NULL)") == 0
    old = "SELECT count(*) FROM transactions t JOIN periods p ON p.id = t.postingperiod WHERE t.type = 'CustInvc' AND t.unpaid > 0 AND p.closed = 'T'"
    assert count(old) > 1000


def test_the_sums_agree(large):
    """What is unpaid, applied and paid fits together, invoice by invoice and payment by payment."""
    wrong = {
        "invoices": "SELECT count(*) FROM transactions t LEFT JOIN (SELECT invoice, sum(amount) AS paid FROM applied GROUP BY invoice) a ON a.invoice = t.id"
        " WHERE t.id >= 100000 AND t.type IN ('CustInvc', 'VendBill') AND abs(t.total - t.unpaid - ifnull(paid, 0)) > 0.001",
        "status": "SELECT count(*) FROM transactions WHERE id >= 100000 AND type IN ('CustInvc', 'VendBill') AND (status = 'A') <> (unpaid > 0)",
        "payments": "SELECT count(*) FROM transactions t LEFT JOIN (SELECT payment, sum(amount) AS paid FROM applied GROUP BY payment) a ON a.payment = t.id"
        " WHERE t.id >= 100000 AND t.type IN ('CustPymt', 'VendPymt') AND abs(t.total - ifnull(paid, 0)) > 0.001",
        "parties": "SELECT count(*) FROM applied a JOIN transactions p ON p.id = a.payment JOIN transactions i ON i.id = a.invoice"
        " WHERE (p.entity, p.subsidiary, p.currency) <> (i.entity, i.subsidiary, i.currency) OR p.trandate < i.trandate OR p.type NOT IN ('CustPymt', 'VendPymt')",
        "entities": "SELECT count(*) FROM transactions t JOIN entities e ON e.id = t.entity WHERE (t.subsidiary, t.currency) <> (e.subsidiary, e.currency)",
        "periods": "SELECT count(*) FROM transactions t LEFT JOIN periods p ON p.id = t.postingperiod WHERE p.id IS NULL OR t.trandate NOT BETWEEN p.startdate AND p.enddate",
        "due": "SELECT count(*) FROM transactions WHERE id >= 100000 AND type IN ('CustInvc', 'VendBill') AND (duedate IS NULL OR duedate < trandate)",
        "amounts": "SELECT count(*) FROM transactions WHERE total <= 0 OR unpaid < 0 OR unpaid > total OR abs(total * 100 - round(total * 100)) > 0.001",
        "accounts": "SELECT count(*) FROM transactions t LEFT JOIN accounts a ON a.id = t.account LEFT JOIN accounts b ON b.id = t.offset WHERE a.id IS NULL OR b.id IS NULL OR a.id = b.id",
    }
    assert {name: large.account.state.value(sql) for name, sql in wrong.items()} == dict.fromkeys(wrong, 0)
    partly = "SELECT count(*) FROM transactions WHERE type = 'CustInvc' AND unpaid > 0 AND unpaid < total"
    assert large.account.state.value(partly) > 500


def test_books_without_subsidiaries_and_without_invoices(tmp_path):
    path = tmp_path / "plain.toml"
    path.write_text('title = "t"\nexplains = "e."\nbase = "no-oneworld-ready"\n[books]\ncustomers = 40\ninvoices = 0\npayments = 0\nyears = 8\n')
    account = PracticeAccount(load_scenario(str(path)))
    assert {r[0] for r in account.state.rows("SELECT DISTINCT subsidiary FROM transactions UNION SELECT subsidiary FROM entities")} == {None}
    assert account.state.value("SELECT count(*) FROM transactions WHERE type = 'CustInvc' AND id >= 100000") == 0
    account.stop()


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("customers = 10\ninvoices = 10\npayments = 10", r"line 3: books: Value error, at most nine payments for ten invoices"),
        ("customers = 0\ninvoices = 10\npayments = 1", r"line 4: books\.customers: Input should be greater"),
        ("customers = 10\ninvoices = 10\npayments = 1\nbills = 3", r"line 7: books\.bills: Extra inputs"),
        ("customers = 10", r"books\.invoices: Field required"),
        ("customers = 100001\ninvoices = 10\npayments = 1", r"line 4: books\.customers: Input should be less"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, table, says):
    path = tmp_path / "x.toml"
    path.write_text(f'title = "t"\nexplains = "e."\n[books]\n{table}\n')
    with pytest.raises(PracticeError, match=says):
        load_scenario(str(path))


def test_large_books_that_are_forgotten_leave_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    state = State(large=True)
    reader = state.connect()
    with state.write():
        state.run("INSERT INTO meta VALUES ('a', 'b')")
    assert reader.execute("SELECT value FROM meta").fetchone()[0] == "b"
    reader.close()
    state.close()
    assert list(tmp_path.iterdir()) == []


# --- long results


def test_every_page_of_a_long_result_is_reached_once(busy):
    there = [str(r["id"]) for r in busy.account.state.rows("SELECT id FROM transactions WHERE type = 'CustInvc' ORDER BY id")]
    for ask in (lambda page: busy.query("SELECT id FROM transaction WHERE type = 'CustInvc' ORDER BY id", page=page), lambda page: busy.record(f"invoice{page}")):
        found, offset, more = [], 0, True
        while more:
            page = ask(f"?limit=1000&offset={offset}").json
            assert (page["totalResults"], page["offset"], page["count"]) == (2006, offset, len(page["items"]))
            found, offset, more = found + [item["id"] for item in page["items"]], offset + 1000, page["hasMore"]
        assert found == there


@pytest.mark.parametrize("kind", ["query", "record"])
def test_results_beyond_100_000_are_out_of_reach(large, kind):
    def ask(page):
        return (large.record(f"invoice?{page}") if kind == "record" else large.query("SELECT id FROM transaction WHERE type = 'CustInvc' ORDER BY id", page=f"?{page}")).json

    first, last, beyond = ask("limit=1000"), ask("limit=1000&offset=99000"), ask("limit=1000&offset=100000")
    assert (first["totalResults"], first["hasMore"], first["count"]) == (MOST, True, 1000)
    assert [link["href"].rpartition("offset=")[2] for link in first["links"]][:2] == ["1000", "99000"]
    assert (last["totalResults"], last["hasMore"], last["count"]) == (MOST, False, 1000)
    there = large.account.state.value("SELECT id FROM transactions WHERE type = 'CustInvc' ORDER BY id LIMIT 1 OFFSET 99999")
    assert last["items"][-1]["id"] == str(there)
    assert (beyond["totalResults"], beyond["hasMore"], beyond["items"]) == (MOST, False, [])
    odd = ask("limit=999&offset=99900")
    assert (odd["count"], odd["items"][-1]["id"]) == (100, str(there))


def test_a_page_of_a_long_result_does_not_hold_the_rest(large):
    sql = "SELECT id, tranid, entity, foreigntotal FROM transaction WHERE type = 'CustInvc'"
    assert large.query(sql, page="?limit=10").json["totalResults"] == MOST
    tracemalloc.start()
    try:
        large.query(sql, page="?limit=10&offset=50000")
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_figures_over_all_rows(large):
    value = large.account.state.value
    row = large.rows("SELECT COUNT(*) AS n, MIN(trandate) AS a, SUM(foreigntotal) AS s, SUM(foreignamountunpaid) AS u FROM transaction WHERE type = 'CustInvc'")[0]
    assert int(row["n"]) == 200_006
    assert float(row["s"]) == pytest.approx(value("SELECT sum(total) FROM transactions WHERE type = 'CustInvc'"), abs=0.01)
    assert len(row["s"].partition(".")[2]) <= 2
    assert 0 < float(row["u"]) < float(row["s"])
    grouped = "SELECT c.id, COUNT(*) AS n FROM transaction t JOIN customer c ON c.id = t.entity WHERE t.type = 'CustInvc' GROUP BY c.id ORDER BY n DESC, c.id"
    best = value("SELECT count(*) AS n FROM transactions WHERE type = 'CustInvc' GROUP BY entity ORDER BY n DESC")
    assert large.rows(grouped)[0]["n"] == str(best)


def test_a_query_without_end_is_ended_in_large_books_too(large):
    assert large.query("SELECT COUNT(*) FROM customer a, customer b").status == 400
    assert large.rows("SELECT 1 AS one FROM DUAL") == [{"one": "1"}]


# --- columns and lines


def test_what_is_due_and_unpaid(busy):
    row = busy.account.state.row("SELECT id, unpaid, total, duedate FROM transactions WHERE unpaid > 0 AND type = 'CustInvc' AND id >= 100000")
    year, month, day = row["duedate"].split("-")
    shown = busy.rows("SELECT foreigntotal, foreignamountunpaid, duedate FROM transaction WHERE id = ?", params=[row["id"]])
    assert shown == [{"duedate": f"{day}/{month}/{year}", "foreignamountunpaid": f"{row['unpaid']:g}", "foreigntotal": f"{row['total']:g}"}]
    assert {r["p"] for r in busy.rows("SELECT DISTINCT isperson AS p FROM customer")} == {"T", "F"}


def test_the_lines_of_a_transaction(begin):
    asker = begin("cross-viewing-off")
    sql = "SELECT id, mainline, foreignamount, subsidiary, BUILTIN.DF(subsidiary) AS name FROM transactionline WHERE transaction = 1001 ORDER BY id"
    assert asker.rows(sql) == [
        {"foreignamount": "2482.5", "id": "0", "mainline": "T", "name": "Tidewater Freight", "subsidiary": "1"},
        {"foreignamount": "-2482.5", "id": "1", "mainline": "F", "name": "Tidewater Freight", "subsidiary": "1"},
    ]
    seen = {r["subsidiary"] for r in asker.rows("SELECT DISTINCT subsidiary FROM transactionline")}
    assert (seen, len(asker.rows("SELECT DISTINCT subsidiary FROM transactionline", asker.admin))) == ({"1", "2"}, 3)
    joined = "SELECT COUNT(*) AS n FROM transaction t JOIN transactionline l ON l.transaction = t.id"
    assert int(asker.rows(joined)[0]["n"]) == 2 * int(asker.rows("SELECT COUNT(*) AS n FROM transaction")[0]["n"])
    asker.account.clicks.do("remove_permission", details={"permission": "TRAN_FIND"})
    assert asker.query(sql).error[2].endswith("Record 'transactionline' was not found.")


def test_lines_of_a_type_without_permission_are_left_out(begin):
    asker = begin("permission-missing")
    count = "SELECT COUNT(*) AS n FROM transactionline l WHERE l.transaction IN (1001, 1007)"
    assert (asker.rows(count), asker.rows(count, asker.admin)) == ([{"n": "2"}], [{"n": "4"}])


def test_lines_have_no_subsidiary_without_oneworld(begin):
    asker = begin("no-oneworld-ready")
    assert asker.query("SELECT subsidiary FROM transactionline").status == 400
    assert len(asker.rows("SELECT id FROM transactionline WHERE transaction = 1001")) == 2
