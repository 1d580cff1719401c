"""The platform over HTTPS: signed both ways, verified, bounded in time and size, never redirected. One thread.

What the platform says in free text is read by nobody here: it may repeat a person, and codes are enough.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import requests
from requests.adapters import HTTPAdapter

from hall_daemon.adapters.platform.port import Away, NotTaken
from hall_daemon.config.settings import Platform as Said
from hall_daemon.exchange import signing
from hall_daemon.exchange.vocabulary import Vocabulary

CREDENTIAL = "hall-platform"
LEAST_SECRET = 16
LARGEST_ANSWER = 1024 * 1024
MOST_PAGES = 200
TASKS_AT_ONCE = 20
LONGEST_WAIT_S = 3600.0
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_PIECE = 16 * 1024
# The platform, or what stands before it, asks to be left alone, or does not know us.
_EVERYBODY = (401, 403, 407, 408, 425, 429, 502, 503, 504)


def secret_path(said: Said) -> Path | None:
    """Where the secret is, if anywhere."""
    if said.secret_file:
        return Path(said.secret_file)
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(given) / CREDENTIAL if given else None


class HttpPlatform:
    """`now_s` gives seconds since 1970 for the signature; the platform refuses what is far from its own clock."""

    def __init__(
        self, said: Said, words: Vocabulary, now_s: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._said, self._words, self._now_s, self._monotonic = said, words, now_s, monotonic

    def send(self, key: str, record: Mapping[str, object]) -> str:
        answer = self._ask("POST", self._words.paths.records, key=key, body=msgspec.json.encode(record))
        receipt = answer.get("receipt")
        if answer.get("key") != key or not isinstance(receipt, str) or not _CODE.fullmatch(receipt):
            raise Away("no_receipt")
        return receipt

    def cases(self, since: str) -> Mapping[str, str]:
        case, state = self._words.elements["case"], self._words.elements["state"]
        found: dict[str, str] = {}
        for page in range(1, MOST_PAGES + 1):
            answer = self._ask("GET", self._words.paths.cases, {"since": since, "page": str(page)})
            for each in _tables(answer, "cases"):
                found[str(each.get(case, ""))[:64]] = str(each.get(state, ""))[:64]
            if not answer.get("more"):
                return found
        raise Away("endless")

    def guides(self, tasks: Sequence[str]) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        for at in range(0, len(tasks), TASKS_AT_ONCE):
            asked = {"tasks": ",".join(tasks[at : at + TASKS_AT_ONCE])}
            found += _tables(self._ask("GET", self._words.paths.guides, asked), "guides")
        return found

    # -- one question -----------------------------------------------------------------------------------------

    def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, *, key: str = "", body: bytes = b""
    ) -> Mapping[str, Any]:
        secret, nonce = self._secret(), secrets.token_hex(16)
        address = self._said.url.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        asked = requests.Request(method, address, data=body or None).prepare()
        time_s = str(int(self._now_s()))
        asked.headers.update({
            "Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "service-hall",
            signing.APP: self._said.app, signing.TIME: time_s, signing.NONCE: nonce,
            signing.SIGNATURE: signing.of_request(
                secret, method=method, target=asked.path_url, app=self._said.app, time_s=time_s, nonce=nonce, key=key,
                body=body,
            ),
            **({signing.KEY: key, "Content-Type": "application/json"} if key else {}),
        })
        status, headers, said = self._answer(asked)
        signature = headers.get(signing.SIGNATURE, "")
        signed = signing.same(signature, signing.of_answer(secret, nonce=nonce, status=status, body=said))
        return _judged(status, headers, said, signed=signed)

    def _answer(self, asked: requests.PreparedRequest) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and the whole body. The deadline is one for all of the body."""
        until_s = self._monotonic() + self._said.connect_s + self._said.answer_s
        patience = (self._said.connect_s, self._said.answer_s)
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy, no .netrc
                for scheme in ("https://", "http://"):
                    session.mount(scheme, HTTPAdapter(max_retries=0))
                answer = session.send(
                    asked, stream=True, timeout=patience, allow_redirects=False, verify=self._said.ca_file or True
                )
                with answer:
                    body = bytearray()
                    while piece := answer.raw.read1(_PIECE):
                        body += piece
                        if len(body) > LARGEST_ANSWER:
                            raise Away("answer_too_large")
                        if self._monotonic() > until_s:
                            raise Away("answer_too_slow", everybody=True)
                    return answer.status_code, answer.headers, bytes(body)
        except requests.exceptions.SSLError:
            raise Away("certificate", everybody=True) from None
        except requests.exceptions.Timeout:
            raise Away("timeout", everybody=True) from None
        except requests.RequestException:
            raise Away("connection", everybody=True) from None
        except Exception as error:  # urllib3's own, of a body that breaks off
            if isinstance(error, Away):
                raise
            raise Away("answer_broken") from None

    def _secret(self) -> bytes:
        """Read each time, so that it is changed without a restart."""
        path = secret_path(self._said)
        try:
            secret = path.read_bytes().strip() if path else b""
        except OSError:
            secret = b""
        if len(secret) < LEAST_SECRET:
            raise Away("no_credential", everybody=True)
        return secret


def _judged(status: int, headers: Mapping[str, str], body: bytes, *, signed: bool) -> Mapping[str, Any]:
    """What was answered, believed where it is signed. Raises Away, NotTaken."""
    if 300 <= status < 400:
        raise Away("redirected", everybody=True)
    if status in (401, 403):
        raise Away("credential_refused", everybody=True)
    if status >= 500 or status in _EVERYBODY:
        waits = headers.get("Retry-After", "")
        wait_s = min(float(waits), LONGEST_WAIT_S) if waits.isascii() and waits.isdigit() and len(waits) < 9 else 0.0
        raise Away(f"http_{status}", everybody=status in _EVERYBODY, wait_s=wait_s)
    if not signed:
        raise Away("bad_signature")
    try:
        answer = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise Away("not_json") from None
    if status >= 400:
        code = str(answer.get("code", ""))
        raise NotTaken(code if _CODE.fullmatch(code) else f"http_{status}")
    return answer


def _tables(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = answer.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Away("not_understood")
    return found
