"""What the tests of the three-step flow share: OAuth1Session as it is, led to loopback, and a request token somebody consented to."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth1Session

from wizard.practice.data.state import stamp

CALLBACK = "https://my.example.com/TBA/?callbackRequest"
HOST = "1234567-sb1.restlets.api.netsuite.com"
SYSTEM = "system.netsuite.com"
INVALID = b'{"error":{"code":"INVALID_LOGIN_ATTEMPT","message":"Invalid login attempt."}}\n'
MALFORMED = b'{"error":{"code":"INVALID_REQUEST","message":"The request could not be understood by the server due to malformed syntax."}}\n'


class ToLoopback(HTTPAdapter):
    """A resolver that knows one address; names and certificates are checked as ever."""

    def __init__(self, address):
        self.where, _, self.port = address.rpartition(":")
        super().__init__()

    def get_connection_with_tls_context(self, request, verify, proxies=None, cert=None):
        _, pool = self.build_connection_pool_key_attributes(request, verify, cert)
        name = {"server_hostname": urlsplit(request.url).hostname}
        return self.poolmanager.connection_from_host(self.where, int(self.port), "https", pool_kwargs={**pool, **name})

    def add_headers(self, request, **kwargs):
        request.headers["Host"] = urlsplit(request.url).hostname


def lead(session, account):
    """Lead a session to the account, whatever name it asks for."""
    session.mount("https://", ToLoopback(account.address))
    session.verify = account.ca_file
    return session


def client(asker, callback=CALLBACK, **told):
    """A session of the integration at the start of the flow."""
    own = asker.account.credentials
    given = {"client_secret": own["consumer_secret"], "callback_uri": callback, "signature_method": "HMAC-SHA256", **told}
    return lead(OAuth1Session(own["consumer_key"], **given), asker.account)


def record(asker, **columns):
    """Change the integration record."""
    with asker.account.state.write():
        for name, value in columns.items():
            asker.account.state.run(f"UPDATE integrations SET {name} = ?", (value,))


def prepared(begin, callback=CALLBACK, clock=None, **settings):
    """An account whose record has the flow, and whose role may be chosen on the page."""
    asker = begin(clock=clock, **settings)
    asker.account.clicks.do("configure_flow", details={"callback": callback})
    asker.account.clicks.do("clear_web_services_only")
    return asker


def consented(asker, token, entity=211, role=1050):
    """Write down somebody's consent, as the page does; return the verifier."""
    verifier = secrets.token_hex(32)
    sql = "UPDATE request_tokens SET verifier = ?, entity = ?, role = ? WHERE tokenid = ?"
    with asker.account.state.record():
        asker.account.state.run(sql, (verifier, entity, role, token))
    return verifier


def granted(asker, **columns):
    """A request token that was consented to a minute ago, without steps 1 and 2."""
    values = {
        "tokenid": secrets.token_hex(32), "tokensecret": secrets.token_hex(32), "integration": 1, "callback": CALLBACK,
        "entity": 211, "role": 1050, "verifier": secrets.token_hex(32), "created": stamp(asker.account.now()), **columns,
    }
    with asker.account.state.record():
        asker.account.state.run(f"INSERT INTO request_tokens ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", tuple(values.values()))
    return values
