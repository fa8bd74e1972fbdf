"""The report: everything a support person needs, nothing a stranger could use, and no text that does more than stand there."""

from __future__ import annotations

import json
import re
import secrets
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from wizard.judge import judge
from wizard.profile import Profile, find_profile
from wizard.report import LIMITS, requirement_rows, write_report
from wizard.setup import Kept, Setup, SetupToken
from wizard.verdict import Evidence, Remedy, Standing, Verdict

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)
FORMS = ("md", "html", "json")
ROLE = "SELECT id, name FROM role WHERE name = ?"
HOSTILE = (
    "<script>alert(1)</script> | `code` ``x`` [text](https://evil.example) ![i](https://evil.example/x.png) "
    "https://evil.example www.evil.example **bold** _it_ # &lt;b&gt; \x1b]2;title\x07 \u202e $x$ ~~gone~~ \\"
)


@pytest.fixture
def profile() -> Profile:
    return find_profile("alvys")


@pytest.fixture
def setup(profile: Profile) -> Setup:
    setup = Setup.begin("alvys", profile.version, "start", NOON - timedelta(days=1))
    setup.account = "1234567_SB1"
    setup.answers = {"oneworld": "yes", "user_email": "somebody@example.com"}
    setup.attested = {"A8": NOON}
    setup.kept = Kept(place="the GNOME keyring", vault="keyring", pairs=("consumer", "token"), fingerprint="0a1b2c3d4e5f", at=NOON)
    setup.setup_tokens = [SetupToken(fingerprint="b9a8c7d6e5f4", accepted_at=NOON)]
    setup.refusals = {"integration": [NOON], "setup": [NOON + timedelta(minutes=1)]}
    role = Evidence(probe="P6", asked=ROLE, came_back="200 in 0.30 s, 1 row", at=NOON, token="setup")
    found = [
        Verdict(about="role.exists", standing=Standing.VERIFIED, says="there", evidence=(role,), at=NOON),
        Verdict(about="role.active", standing=Standing.VERIFIED, says="active", evidence=(role,), at=NOON),
        Verdict(
            about="features.TBA", standing=Standing.FAILED, says="off", cause="feature-off", at=NOON,
            remedy=Remedy(
                text="Tick Token-based Authentication.", menu_path="Setup > Company > Enable Features",
                link="https://1234567-sb1.app.netsuite.com/app/setup/features.nl", minutes=2,
            ),
            evidence=(Evidence(probe="P6", asked="CompanyFeatureSetup for 1234567_SB1", came_back="200", at=NOON, token="setup"),),
        ),
        Verdict(about="account.exists", standing=Standing.UNKNOWN, says="cannot be proven: no network", at=NOON),
    ]
    for verdict in found:
        setup.record(verdict)
    return setup


def written(setup: Setup, profile: Profile, form: str, mask: bool = False) -> str:
    verdicts = judge(profile, setup.answers, setup.attested, setup.found, NOON)
    return write_report(setup, profile, verdicts, NOON, form, mask=mask)  # type: ignore[arg-type]


def rendered(setup: Setup, profile: Profile, form: str) -> str:
    """The report as HTML, as a ticket system would show it."""
    text = written(setup, profile, form)
    return text if form == "html" else MarkdownIt("gfm-like", {"html": True}).render(text)


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


# --- rows


def test_rows_carry_verdict_cause_remedy_and_evidence(setup: Setup, profile: Profile) -> None:
    verdicts = judge(profile, setup.answers, setup.attested, setup.found, NOON)
    rows = requirement_rows(profile, verdicts)
    assert [row["id"] for row in rows] == [r.id for r in profile.requirements]
    by_aspect = {r.proof: row for r, row in zip(profile.requirements, rows, strict=True)}
    row = by_aspect[("features.TBA",)]
    assert row["verdict"] == "failed" and row["says"] == "off" and row["cause"] == "feature-off" and row["step"] == "features"
    assert row["remedy"] == {
        "text": "Tick Token-based Authentication.", "menu_path": "Setup > Company > Enable Features",
        "link": "https://1234567-sb1.app.netsuite.com/app/setup/features.nl", "minutes": 2,
    }
    assert row["evidence"] == [{
        "probe": "P6", "asked": "CompanyFeatureSetup for 1234567_SB1", "came_back": "200", "at": "2026-11-21T12:00:00Z",
        "token": "setup",
    }]
    assert by_aspect[("account.exists",)]["remedy"] is None and by_aspect[("account.exists",)]["cause"] is None


def test_rows_of_a_part_are_only_that_part(setup: Setup, profile: Profile) -> None:
    verdicts = judge(profile, setup.answers, setup.attested, setup.found, NOON)
    some = [v for v in verdicts if v.about in ("A8", "A28")]
    assert {row["id"] for row in requirement_rows(profile, some)} == {"A8", "A28"}
    assert write_report(setup, profile, some, NOON, "md")


def test_times_are_utc_wherever_they_came_from(profile: Profile) -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-8)))
    (row,) = requirement_rows(profile, [Verdict(about="A8", standing=Standing.ATTESTED, says="", at=elsewhere)])
    assert row["at"] == "2026-11-21T12:00:00Z"


# --- content


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_support_person_finds_everything(setup: Setup, profile: Profile, form: str) -> None:
    text = read(rendered(setup, profile, form)).text
    for wanted in (
        "something failed", "Alvys (alvys), version", "How to prepare NetSuite", "1234567_SB1, sandbox 1", setup.id,
        "Tick Token-based Authentication. (about 2 min)", "Setup > Company > Enable Features", "feature-off", ROLE,
        "200 in 0.30 s, 1 row", "P6, setup token, 2026-11-21T12:00:00Z", "the GNOME keyring; fingerprint 0a1b2c3d4e5f",
        "fingerprint b9a8c7d6e5f4",
        "What is the matter", "a feature is off", "not proven dead yet", LIMITS, "2027.1", profile.result[0].title,
    ):
        assert wanted in text, wanted
    assert "Refused logins: of the integration's user: 2026-11-21T12:00:00Z" in text
    assert "Refused logins: of the administrator, with the setup token: 2026-11-21T12:01:00Z" in text


def test_the_json_form_holds_the_same_with_a_version(setup: Setup, profile: Profile) -> None:
    report = json.loads(written(setup, profile, "json"))
    assert report["schema"] == 2 and report["outcome"] == "failed"
    assert report["profile"]["id"] == "alvys" and report["account"] == {
        "id": "1234567_SB1", "environment": "sandbox 1", "masked": False,
    }
    (first, *_) = report["causes"]
    assert first["cause"] == "a feature is off" and first["how_sure"] == "proven" and first["id"].endswith("/feature-off")
    assert report["values"]["fingerprint"] == "0a1b2c3d4e5f" and report["limits"] == LIMITS
    assert [(row["user"], row["at"]) for row in report["refused_logins"]] == [
        ("integration", ["2026-11-21T12:00:00Z"]), ("setup", ["2026-11-21T12:01:00Z"]),
    ]  # fmt: skip
    verdicts = judge(profile, setup.answers, setup.attested, setup.found, NOON)
    assert report["requirements"] == requirement_rows(profile, verdicts)
    assert sum(report["counts"]["all"].values()) == len(verdicts)
    features = next(r for r in report["results"] if "A21.1" in r["requirements"] or "A22" in r["requirements"])
    assert features["verdict"] == "failed"


@pytest.mark.parametrize("form", ["md", "html"])
def test_attested_never_looks_like_verified(setup: Setup, profile: Profile, form: str) -> None:
    page = rendered(setup, profile, form)
    proven = page[page.index("Proven by NetSuite ("):]
    proven = proven[: proven.index("<h2")]
    said = page[page.index("Only said by a person ("):]
    said = said[: said.index("<h2")]
    assert "A28 " in proven and "verified</" in proven and "attested</" not in proven
    assert "A8 " in said and "attested</" in said and "verified</" not in said


def test_one_answer_that_proves_many_rows_is_written_down_once(setup: Setup, profile: Profile) -> None:
    asked = Evidence(probe="P6", asked="SELECT permkey FROM rolepermissions", came_back="200", at=NOON, token="setup")
    for permission in profile.permission:
        about = f"permissions.{permission.key}"
        setup.record(Verdict(about=about, standing=Standing.VERIFIED, says="", evidence=(asked,), at=NOON))
    assert written(setup, profile, "md").count("rolepermissions") == 1


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_setup_has_a_report_too(profile: Profile, form: str) -> None:
    setup = Setup.begin("alvys", "0", "start", NOON)
    text = written(setup, profile, form)
    assert "undecided" in text and text.endswith("\n")
    if form == "md":
        assert "not known yet" in text and "begun with version 0" in text and "none are kept" in text


# --- what must not be in it


@pytest.mark.parametrize("form", FORMS)
def test_a_value_that_a_server_repeats_is_left_out(setup: Setup, profile: Profile, form: str) -> None:
    value = secrets.token_hex(32)
    echoed = Evidence(probe="P1", asked=f"GET /x?token={value}", came_back=f"401 unknown token {value[:40]}", at=NOON, token="setup")
    setup.record(Verdict(
        about="account.exists", standing=Standing.FAILED, says=f"refused {value.upper()}", at=NOON, evidence=(echoed,),
        remedy=Remedy(text=f"Not {value}.", link=f"https://example.com/{value}"),
    ))
    text = written(setup, profile, form)
    assert value[:24] not in text.lower() and "value left out" in text


@pytest.mark.parametrize("form", FORMS)
def test_answers_and_paths_of_the_person_are_not_in_it(setup: Setup, profile: Profile, form: str) -> None:
    setup.profile = "/home/somebody/secret-plans/alvys.toml"
    text = written(setup, profile, form)
    assert "somebody" not in text and "secret-plans" not in text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("account", ["1234567_SB1", "7654321", "TSTDRV8899001"])
def test_a_masked_account_shows_three_characters_everywhere(setup: Setup, profile: Profile, form: str, account: str) -> None:
    number = account.split("_", maxsplit=1)[0]
    host = account.lower().replace("_", "-")
    setup.account = account
    words = Evidence(probe="P0", asked=f"GET /rest/datacenterurls?account={account}", came_back=f"200 https://{host}.app", at=NOON)
    setup.record(Verdict(
        about="account.exists", standing=Standing.FAILED, says=f"{account} is unknown", evidence=(words,), at=NOON,
        remedy=Remedy(text=f"Copy {host}.", link=f"https://{host}.app.netsuite.com/app/x"),
    ))
    text = written(setup, profile, form, mask=True)
    assert number.lower() not in text.lower() and number[-4:] not in text
    assert "x" * (len(number) - 3) + number[-3:] in text
    assert ".app.netsuite.com" not in text
    assert number in written(setup, profile, form), "only when asked"


# --- text that does more than stand there


@pytest.fixture
def hostile(setup: Setup, profile: Profile) -> Profile:
    evidence = Evidence(probe="P0", asked=HOSTILE, came_back=f"` {HOSTILE}", at=NOON)
    setup.record(Verdict(
        about="account.exists", standing=Standing.FAILED, says=HOSTILE, evidence=(evidence,), at=NOON,
        remedy=Remedy(text=HOSTILE, menu_path=HOSTILE, link="javascript:alert(1)"),
    ))
    changed = profile.requirement[0].model_copy(update={"title": HOSTILE})
    link = {"url": 'https://x.example/"><script>'}
    copy = profile.model_copy(update={
        "name": HOSTILE, "requirement": (changed, *profile.requirement[1:]), "doc": profile.doc.model_copy(update=link),
    })
    copy.__dict__.pop("requirements", None)  # a copy takes what was computed along
    return copy


@pytest.mark.parametrize("form", ["md", "html"])
def test_text_from_outside_stays_text(setup: Setup, hostile: Profile, form: str) -> None:
    page = rendered(setup, hostile, form)
    seen = read(page)
    ours = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "ul", "li", "b", "strong", "code", "a"}
    assert {tag for tag, _ in seen.tags} <= ours
    assert not any("evil" in (value or "") or "javascript" in (value or "") for _, attrs in seen.tags for value in attrs.values())
    visible = HOSTILE.replace("\x1b", "\ufffd").replace("\x07", "\ufffd").replace("\u202e", "\ufffd")
    text = " ".join(seen.text.split())
    assert text.count(visible) >= 7, "shown as it stands: name twice, title, words, remedy, menu, evidence"
    assert "\x1b" not in page and "\u202e" not in page


def test_markdown_makes_no_links_of_bare_addresses_in_any_dialect(setup: Setup, hostile: Profile) -> None:
    outside_code = re.sub("(`+) .*? \\1|`[^`]*`", "", re.sub(r"\\`", "", written(setup, hostile, "md")))
    assert "evil" in outside_code and not re.search(r"www\.|(?<!<https)(?<!\\):(?=//)", outside_code)


def test_json_text_is_harmless_too(setup: Setup, hostile: Profile) -> None:
    text = json.loads(written(setup, hostile, "json"))
    assert not re.search("[\x00-\x1f\u202e]", json.dumps(text, ensure_ascii=False))
    assert "javascript" not in json.dumps(text)


def test_the_html_form_loads_nothing(setup: Setup, profile: Profile) -> None:
    seen = read(written(setup, profile, "html"))
    assert not [tag for tag, attrs in seen.tags if tag in ("script", "img", "link", "iframe") or "src" in attrs]
    policy = next(attrs["content"] for tag, attrs in seen.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy and policy.startswith("default-src 'none'")
    links = [attrs["href"] for tag, attrs in seen.tags if tag == "a"]
    assert links and all(link and link.startswith("https://") for link in links)


@pytest.mark.parametrize("standing", list(Standing))
def test_every_standing_has_a_place(setup: Setup, profile: Profile, standing: Standing) -> None:
    verdict = Verdict(about="A8", standing=standing, says="words to find", at=NOON)
    for form in ("md", "html"):
        text = write_report(setup, profile, [verdict], NOON, form)  # type: ignore[arg-type]
        assert "words to find" in text and standing.value in text
