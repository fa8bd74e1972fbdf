"""How the HTTP library is made to connect: no redirects, our TLS settings, and one fixed address if there is one."""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter


class LeanSession(requests.Session):
    """A session that sees no redirects: requests reads their bodies without a limit to prepare the next request."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return none.

        Args:
            resp: of any status.
        """
        return None


class OneAddressAdapter(HTTPAdapter):
    """Connects with our TLS context, and to one fixed address if there is one."""

    def __init__(self, context: ssl.SSLContext, connect_to: tuple[str, int] | None) -> None:
        """Keep the settings.

        Args:
            context: how TLS is spoken.
            connect_to: the one address; None for real name resolution.
        """
        self._context = context
        self._connect_to = connect_to
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool of connections with our TLS settings; the arguments are the library's."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make the pool of a proxy with our TLS settings; the arguments are the library's."""
        return super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return a connection to the one address, or to where the name leads; the arguments are the library's."""
        if self._connect_to is None:
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        address, port = self._connect_to
        # Server name indication and the name in the certificate stay those of the address.
        name = {"server_hostname": urlsplit(str(request.url)).hostname}
        return self.poolmanager.connection_from_host(address, port, "https", pool_kwargs=name)

    def add_headers(self, request: requests.PreparedRequest, **kwargs: Any) -> None:
        """Name the real host whatever the address; the arguments are the library's."""
        if self._connect_to:
            request.headers["Host"] = urlsplit(str(request.url)).hostname or ""
