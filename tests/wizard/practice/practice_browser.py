"""A person at the consent page: reads forms and links as a text browser does, sends what a browser sends."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

APP = "1234567-sb1.app.netsuite.com"
PATH = "/app/login/secure/authorizetoken.nl"


class Page(HTMLParser):
    """What is on a page."""

    def __init__(self, answer):
        super().__init__()
        self.answer, self.forms, self.links, self.options, self.text, self._in = answer, [], {}, {}, "", None
        self.feed(answer.body.decode())
        self.close()

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self._in = (tag, found)
        if tag == "form":
            self.forms.append({"method": found["method"], "action": found["action"], "values": {}, "buttons": {}})
        elif tag == "input":
            self.forms[-1]["values"][found["name"]] = found["value"]
        elif tag == "select":
            self.forms[-1]["select"] = found["name"]

    def handle_data(self, data):
        self.text += data
        tag, found = self._in or ("", {})
        if tag == "button" and data.strip():
            self.forms[-1]["buttons"][data] = {found["name"]: found["value"]} if "name" in found else {}
        elif tag == "a" and data.strip():
            self.links[data] = found["href"]
        elif tag == "option" and data.strip():
            self.options[data] = found["value"]

    def handle_endtag(self, tag):
        self._in = None

    @property
    def title(self):
        return self.text.split("nothing here is real.")[1].strip().splitlines()[0]


class Person:
    """Opens pages and clicks."""

    def __init__(self, asker, host=APP):
        self.asker, self.host = asker, host

    def open(self, token, state="", path=None, **more):
        said = urlencode({"oauth_token": token, **({"state": state} if state else {}), **more})
        return self.read("GET", path or f"{PATH}?{said}")

    def read(self, method, path, body=None):
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        answer = self.asker.raw(method, self.host, path, kind, body)
        return Page(answer) if answer.body else answer

    def click(self, page, text, choose=None, **values):
        """Press a button or follow a link; ``choose`` is the text of an option, ``values`` what somebody tampered with."""
        if text in page.links:
            return self.read("GET", page.links[text])
        [form] = [f for f in page.forms if text in f["buttons"]]
        sent = {**form["values"], **form["buttons"][text], **values}
        if "select" in form:
            sent[form["select"]] = page.options[choose] if choose else next(iter(page.options.values()))
        said = urlencode({name: value for name, value in sent.items() if value is not None})
        if form["method"] == "get":
            return self.read("GET", f"{form['action']}?{said}")
        return self.read("POST", form["action"], said.encode())


def location(answer):
    """Address and query of a redirect, in order."""
    assert answer.status == 302, answer.body
    parts = urlsplit(answer.headers["location"])
    return f"{parts.scheme}://{parts.netloc}{parts.path}", parts.query.split("&")
