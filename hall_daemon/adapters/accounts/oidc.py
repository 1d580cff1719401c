"""A city's OpenID Connect provider: Authorization Code with PKCE (S256), state and nonce; RFC 9700 says why each.

Knows no account: what it says of a person is a work number. For one thread at a time.
"""

from __future__ import annotations

import io
import logging
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests.adapters import HTTPAdapter

from hall_daemon.adapters.accounts.denied import Denied
from hall_daemon.adapters.accounts.proofs import TOKEN_BYTES
from hall_daemon.adapters.accounts.provider import Begun, Claimed
from hall_daemon.config.settings import Oidc

_LOGGER = logging.getLogger(__name__)

# Signatures of a key that only the provider has: none of a secret that both know, and never none at all.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# How far our clock and the provider's may be apart.
LEEWAY_S = 60
PATIENCE_S = 5.0
MOST_BYTES = 256 * 1024
# What the provider says of itself is asked again after so long; its keys also for a token that none of them fits, but
# not more often than that, whoever sends such tokens.
KEPT_S = 3600.0
KEYS_AGAIN_S = 10.0

_METADATA = "/.well-known/openid-configuration"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_JSON = dict[str, Any]


class _Bounded(HTTPAdapter):
    """Nobody's answer fills our memory."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        response = super().send(request, **{**options, "stream": True})
        body = response.raw.read(MOST_BYTES + 1, decode_content=True)
        response.raw.release_conn()
        if len(body) > MOST_BYTES:
            raise requests.ConnectionError(f"more than {MOST_BYTES} bytes from {urlsplit(str(request.url)).netloc}")
        response.headers.pop("content-encoding", None)
        response.raw = io.BytesIO(body)
        return response


class OidcProvider:
    """`now` gives wall ms, `monotonic` seconds."""

    def __init__(self, said: Oidc, *, now: Callable[[], int], monotonic: Callable[[], float]) -> None:
        self._said, self._now, self._monotonic = said, now, monotonic
        self._kept: dict[str, tuple[float, _JSON]] = {}

    def begin(self, back: str) -> Begun:
        state, nonce, verifier = (secrets.token_urlsafe(TOKEN_BYTES) for _ in range(3))
        about = self._about()
        with self._session(about, back) as session:
            address, _ = session.create_authorization_url(
                about["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return Begun(address, back, state, nonce, verifier)

    def end(self, begun: Begun, code: str, issuer: str) -> Claimed:
        about = self._about()
        must_say = about.get("authorization_response_iss_parameter_supported") is True
        if (issuer or must_say) and issuer != self._said.issuer:
            raise _refused("the answer is another provider's")
        token = self._token(about, begun, code)
        claims = self._claims(about, token, begun.nonce)
        number = claims.get(self._said.number_claim)
        if not isinstance(number, str) or not number:
            raise _refused(f"no claim {self._said.number_claim}")
        proven = (*(claims.get("amr") or ()), claims.get("acr"))
        return Claimed(number, any(each in proven for each in self._said.two_factors))

    def _token(self, about: Mapping[str, Any], begun: Begun, code: str) -> Mapping[str, Any]:
        with self._session(about, begun.back) as session:
            try:
                token: Mapping[str, Any] = session.fetch_token(
                    about["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=begun.verifier,
                    timeout=PATIENCE_S, allow_redirects=False,
                )
            except AuthlibBaseError as error:
                raise _refused(f"the provider says {error.error}") from None
            except (requests.RequestException, ValueError, OSError) as error:
                raise _away(error) from None
        return token

    def _claims(self, about: Mapping[str, Any], token: Mapping[str, Any], nonce: str) -> CodeIDToken:
        signed = token.get("id_token")
        if not isinstance(signed, str):
            raise _refused("no id_token")
        try:
            found = self._verified(about, signed)
            claims = CodeIDToken(
                found.claims, found.header,
                options={
                    "iss": {"essential": True, "value": self._said.issuer},
                    "aud": {"essential": True, "value": self._said.client_id},
                },
                params={
                    "nonce": nonce, "client_id": self._said.client_id, "access_token": token.get("access_token")
                },
            )
            claims.validate(now=self._now() // 1000, leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError) as error:
            raise _refused(str(error)) from None
        return claims

    def _verified(self, about: Mapping[str, Any], signed: str) -> jwt.Token:
        """By the keys that are known; where none fits, by those that the provider has now."""
        address = about["jwks_uri"]
        try:
            return self._decoded(signed, self._asked(address, KEPT_S))
        except (JoseError, ValueError):
            return self._decoded(signed, self._asked(address, KEYS_AGAIN_S))

    def _decoded(self, signed: str, keys: _JSON) -> jwt.Token:
        return jwt.decode(signed, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))  # type: ignore[arg-type]

    # -- the provider's machine ---------------------------------------------------------------------

    def _about(self) -> _JSON:
        """What the provider says of itself. It is who it was configured to be, and says secrets over TLS only."""
        about = self._asked(self._said.issuer.rstrip("/") + _METADATA, KEPT_S)
        scheme = urlsplit(self._said.issuer).scheme
        for name in _ENDPOINTS:
            if not str(about.get(name, "")).startswith((f"{scheme}://", "https://")):
                raise _away(f"no usable {name}")
        if about.get("issuer") != self._said.issuer:
            raise _away("its issuer is not the configured one")
        return about

    def _asked(self, address: str, kept_s: float) -> _JSON:
        """A JSON object of the provider's, not older than `kept_s`."""
        now = self._monotonic()
        at, found = self._kept.get(address, (0.0, None))
        if found is not None and now - at < kept_s:
            return found
        try:
            with self._plain(requests.Session()) as session:
                answer = session.get(address, timeout=PATIENCE_S, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, OSError, ValueError) as error:
            raise _away(error) from None
        if not isinstance(found, dict):
            raise _away(f"{address} is no JSON object")
        self._kept[address] = now, found
        return found

    def _session(self, about: Mapping[str, Any], back: str) -> OAuth2Session:
        ways = about.get("token_endpoint_auth_methods_supported") or ("client_secret_basic",)
        secret = self._secret()
        way = "none" if not secret else "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
        return self._plain(OAuth2Session(
            self._said.client_id, secret or None, token_endpoint_auth_method=way, scope="openid profile",
            redirect_uri=back, code_challenge_method="S256",
        ))

    def _plain(self, session: Any) -> Any:
        """Nothing of the environment: no proxy, no .netrc."""
        session.trust_env = False
        session.verify = self._said.ca_file or True
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Bounded())
        return session

    def _secret(self) -> str:
        """Read each time, so that it is changed without a restart."""
        if not self._said.client_secret_file:
            return ""
        try:
            return Path(self._said.client_secret_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise _away(f"cannot read oidc.client_secret_file: {error}") from None


def _away(why: object) -> Denied:
    _LOGGER.warning("oidc: the provider cannot be used: %r", str(why)[:300])
    return Denied("oidc_away")


def _refused(why: str) -> Denied:
    _LOGGER.warning("oidc: a log-in was refused: %r", why[:300])
    return Denied("oidc_refused")
