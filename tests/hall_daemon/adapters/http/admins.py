"""Whoever holds a role, logged in as a browser would be: by invitation, with a second factor where one is needed."""

from __future__ import annotations

from collections.abc import Sequence

import pyotp
import requests

from hall_daemon.adapters.accounts.roster import Roster

PASSWORD = "Right-horse-7"


def accepted(url: str, code: str, password: str = PASSWORD) -> requests.Session:
    """Whoever opens the link of an invitation. `url` is the staff listener's."""
    browser = requests.Session()
    _begun(browser, browser.post(f"{url}/api/v1/invitation", json={"code": code, "password": password}, timeout=5))
    return browser


def second_factor(browser: requests.Session, url: str, wall: int) -> None:
    """Set up at `wall` ms by the hall's clock."""
    path = f"{url}/api/v1/session/second-factor"
    secret: str = browser.post(f"{path}/begin", json={}, timeout=5).json()["secret"]
    code = pyotp.TOTP(secret).at(wall // 1000)
    assert browser.post(path, json={"secret": secret, "code": code}, timeout=5).status_code == 200


def administrator(url: str, roster: Roster, number: str, roles: Sequence[str], wall: int) -> requests.Session:
    """A new account of the three, ready to work."""
    browser = accepted(url, roster.invite(number, roles, by="tool:test")[1])
    second_factor(browser, url, wall)
    return browser


def _begun(browser: requests.Session, answer: requests.Response) -> None:
    assert answer.status_code == 200, answer.text
    browser.headers["X-Hall-Page"] = answer.json()["page"]
