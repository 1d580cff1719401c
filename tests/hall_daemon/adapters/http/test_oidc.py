"""Logging in at a city's provider: the good way, and every way in which somebody else would get in."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pyotp
import pytest
import requests

from hall_daemon.adapters.accounts.oidc import KEYS_AGAIN_S, LEEWAY_S, MOST_BYTES, OidcProvider
from hall_daemon.adapters.http.oidc import MOST_S, RATE
from hall_daemon.config.settings import Oidc
from tests.hall_daemon.adapters.http.admins import PASSWORD, accepted, second_factor
from tests.hall_daemon.adapters.http.city import CLIENT, SECRET, City, made_key, running, unsigned, with_the_public_key
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall


@dataclass
class Ticks:
    """Seconds that go on when told to, for what is kept of the provider and for who takes too long there."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Scene:
    hall: LiveHall
    city: City
    ticks: Ticks

    def browser(self) -> requests.Session:
        return requests.Session()

    def begin(self, browser: requests.Session) -> str:
        """Where the browser is sent."""
        return _next(browser.get(f"{self.hall.staff.url}/oidc/begin", allow_redirects=False, timeout=10))

    def return_address(self, browser: requests.Session) -> str:
        """Where the provider sends the browser back to, which has logged in there."""
        return _next(browser.get(self.begin(browser), allow_redirects=False, timeout=10))

    def back(self, browser: requests.Session, address: str) -> str:
        return _next(browser.get(address, allow_redirects=False, timeout=10))

    def log_in(self, browser: requests.Session) -> str:
        """Where the browser is in the end."""
        return self.back(browser, self.return_address(browser))

    def session(self, browser: requests.Session) -> dict[str, Any]:
        said = browser.get(f"{self.hall.staff.url}/api/v1/session", timeout=10)
        found: dict[str, Any] = said.json()
        return found

    def noted(self) -> list[str]:
        self.hall.accounts.access.audit.write()
        return [f"{row.what} {row.about} {row.result}" for row in self.hall.accounts.access.audit.find()]


def _next(answer: requests.Response) -> str:
    assert answer.status_code in (302, 303), (answer.status_code, answer.text)
    return answer.headers["location"]


def scene_with(folder: Path, city: City, **more: Any) -> Iterator[Scene]:
    secret = folder / "secret"
    secret.write_text(f"{SECRET}\n")
    ticks = Ticks()
    said = Oidc(issuer=city.url, client_id=CLIENT, client_secret_file=str(secret), **more)
    provider = OidcProvider(said, now=lambda: int(time.time() * 1000), monotonic=ticks)
    with live_hall(folder / "hall", gated=True, oidc=provider, ticks=ticks) as hall:
        yield Scene(hall, city, ticks)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with running(City()) as city:
        for found in scene_with(tmp_path, city):
            accepted(found.hall.staff.url, found.hall.accounts.roster.invite("1024", ("window",), by="tool:test")[1])
            yield found


# -- the good way ---------------------------------------------------------------------------------------


def test_a_clerk_logs_in_there_and_has_the_roles_of_here(scene: Scene) -> None:
    scene.city.person |= {"roles": ["security_admin"], "groups": ["auditor"]}
    browser = scene.browser()
    assert scene.session(browser)["oidc"] is True
    assert scene.log_in(browser) == "/staff"
    session = scene.session(browser)
    assert (session["number"], session["roles"], session["must"]) == ("1024", ["window"], "")
    cookies = {cookie.name: cookie for cookie in browser.cookies}
    assert set(cookies) == {"hall_session"}, "the cookie of the way there is gone"
    assert cookies["hall_session"].has_nonstandard_attr("HttpOnly")
    opened = browser.post(
        f"{scene.hall.staff.url}/api/v1/windows/1/open", json={"staff": "x"}, timeout=10,
        headers={"X-Hall-Page": session["page"]},
    )
    assert opened.status_code == 200
    assert "log_in city done" in scene.noted()


def test_what_goes_to_the_provider_is_what_the_way_needs_and_no_secret(scene: Scene) -> None:
    browser = scene.browser()
    answer = browser.get(f"{scene.hall.staff.url}/oidc/begin", allow_redirects=False, timeout=10)
    address = urlsplit(answer.headers["location"])
    asked = {name: found[0] for name, found in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}" == scene.city.url
    assert set(asked) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method",
    }
    assert asked["redirect_uri"] == f"{scene.hall.staff.url}/oidc/back"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


def test_a_password_that_is_old_or_was_never_set_is_no_matter_there(scene: Scene) -> None:
    scene.hall.accounts.roster.invite("2048", ("window",), by="tool:test")
    scene.city.person = {"preferred_username": "2048"}
    browser = scene.browser()
    assert scene.log_in(browser) == "/staff"
    assert scene.session(browser)["must"] == ""


def test_two_factors_that_were_proven_there_are_enough(scene: Scene) -> None:
    scene.hall.accounts.roster.invite("9003", ("auditor",), by="tool:test")
    for said, must in (
        ({"amr": ["pwd", "mfa"]}, ""), ({"acr": "mfa"}, ""), ({}, "two_factor"), ({"amr": ["pwd"]}, "two_factor"),
        ({"amr": [["mfa"]], "acr": {"mfa": 1}}, "two_factor"), ({"amr": [], "acr": "1"}, "two_factor"),
    ):
        scene.city.person = {"preferred_username": "9003", **said}
        browser = scene.browser()
        assert scene.log_in(browser) == "/staff"
        session = scene.session(browser)
        assert (session["must"], "audit" in session["rights"]) == (must, not must), said


def test_an_administrator_proves_the_second_here_where_the_provider_has_not_seen_one(scene: Scene) -> None:
    url, roster = scene.hall.staff.url, scene.hall.accounts.roster
    scene.city.person = {"preferred_username": "9003", "amr": ["pwd"]}
    admin = accepted(url, roster.invite("9003", ("auditor",), by="tool:test")[1])
    secret: str = admin.post(f"{url}/api/v1/session/second-factor/begin", json={}, timeout=10).json()["secret"]
    wall = scene.hall.clock.now().wall
    begun = {"secret": secret, "code": pyotp.TOTP(secret).at(wall // 1000 - 30)}
    assert admin.post(f"{url}/api/v1/session/second-factor", json=begun, timeout=10).status_code == 200
    browser = scene.browser()
    assert scene.log_in(browser) == "/staff#code_needed"
    assert scene.session(browser)["account"] == ""
    path = f"{url}/api/v1/session/oidc"
    assert requests.post(path, json={"code": "123456"}, timeout=10).json()["code"] == "oidc_refused", "not begun here"
    assert browser.post(path, json={"code": "000000"}, timeout=10).json()["code"] == "log_in_refused"
    assert browser.post(path, json={"code": ""}, timeout=10).json()["code"] == "oidc_refused"
    good = {"code": pyotp.TOTP(secret).at(scene.hall.clock.now().wall // 1000)}
    assert browser.post(path, json=good, timeout=10).json()["number"] == "9003"
    assert "audit" in scene.session(browser)["rights"]
    assert browser.post(path, json=good, timeout=10).json()["code"] in ("oidc_refused", "cross_site")


def test_an_administrator_without_a_second_factor_sets_one_up_first(scene: Scene) -> None:
    scene.hall.accounts.roster.invite("9003", ("auditor",), by="tool:test")
    scene.city.person = {"preferred_username": "9003"}
    browser = scene.browser()
    assert scene.log_in(browser) == "/staff"
    session = scene.session(browser)
    assert (session["must"], session["rights"]) == ("two_factor", ["anybody", "signed_in"])
    browser.headers["X-Hall-Page"] = session["page"]
    second_factor(browser, scene.hall.staff.url, scene.hall.clock.now().wall)
    assert "audit" in scene.session(browser)["rights"]


def test_codes_after_the_provider_are_guessed_no_faster_than_others(scene: Scene) -> None:
    url, roster = scene.hall.staff.url, scene.hall.accounts.roster
    scene.city.person = {"preferred_username": "9003"}
    admin = accepted(url, roster.invite("9003", ("auditor",), by="tool:test")[1])
    second_factor(admin, url, scene.hall.clock.now().wall)
    browser = scene.browser()
    assert scene.log_in(browser) == "/staff#code_needed"
    said = [
        browser.post(f"{url}/api/v1/session/oidc", json={"code": f"{n:06}"}, timeout=10).json()["code"]
        for n in range(7)
    ]
    assert said == ["log_in_refused"] * 5 + ["log_in_waits"] * 2


# -- whoever is not to get in ---------------------------------------------------------------------------


def refused(scene: Scene, code: str = "oidc_refused", why: object = "") -> None:
    browser = scene.browser()
    assert scene.log_in(browser) == f"/staff#{code}", why
    assert scene.session(browser)["account"] == ""
    assert not browser.cookies.get_dict()
    assert any(note.startswith("log_in oidc") and note.endswith(code) for note in scene.noted())


def otherwise(now_s: int) -> tuple[dict[str, Any], ...]:
    """What a token may say that is not believed at `now_s`."""
    return (
        {"nonce": "another"}, {"nonce": None}, {"nonce": 7}, {"aud": "another-hall"}, {"aud": ["another-hall"]},
        {"aud": [CLIENT, "another-hall"]}, {"aud": [CLIENT, "x"], "azp": "x"}, {"azp": "another-hall"}, {"aud": None},
        {"iss": "https://elsewhere.example"}, {"iss": None}, {"sub": None}, {"exp": now_s - LEEWAY_S - 5},
        {"exp": None}, {"exp": "soon"}, {"iat": None}, {"iat": now_s + LEEWAY_S + 300},
        {"nbf": now_s + LEEWAY_S + 300}, {"preferred_username": None}, {"preferred_username": ""},
        {"preferred_username": ["1024"]}, {"preferred_username": 1024}, {"at_hash": "AAAA"}, {"amr": "mfa"}, {"amr": 1},
    )


def test_a_token_that_says_it_otherwise(scene: Scene) -> None:
    for said in otherwise(int(time.time())):
        scene.city.claim = lambda claims, said=said: {  # type: ignore[misc]
            name: value for name, value in {**claims, **said}.items() if value is not None
        }
        scene.ticks.now += 1
        refused(scene, why=said)


def test_a_clock_that_is_a_little_off_is_believed(scene: Scene) -> None:
    scene.city.claim = lambda claims: {**claims, "exp": int(time.time()) - LEEWAY_S + 20, "iat": int(time.time()) + 20}
    assert scene.log_in(scene.browser()) == "/staff"


def test_a_token_that_nobody_signed_or_anybody_could(scene: Scene) -> None:
    other = made_key(2)
    ways: list[Callable[[dict[str, Any]], str]] = [
        unsigned,
        with_the_public_key(scene.city),
        lambda claims: scene.city.signed(claims, other, kid=scene.city.key.kid or ""),
        lambda claims: scene.city.signed(claims, kid="nobody's"),
        lambda claims: scene.city.signed(claims)[:-4] + "AAAA",
        lambda claims: "not.a.token",
        lambda claims: "x" * 20_000,
        lambda claims: "",
    ]
    for way in ways:
        scene.city.sign = way
        refused(scene)


def test_a_new_key_is_fetched_and_an_old_one_is_good_no_longer(scene: Scene) -> None:
    assert scene.log_in(scene.browser()) == "/staff"
    old = scene.city.key
    scene.city.rotate()
    refused(scene)  # the keys were asked for just now
    scene.ticks.now += KEYS_AGAIN_S + 1
    assert scene.log_in(scene.browser()) == "/staff"
    scene.ticks.now += KEYS_AGAIN_S + 1
    scene.city.sign = lambda claims: scene.city.signed(claims, old)
    refused(scene)


def test_tokens_of_strange_keys_do_not_make_us_ask_without_end(scene: Scene) -> None:
    scene.city.sign = lambda claims: scene.city.signed(claims, kid="nobody's")
    for _ in range(5):
        assert scene.log_in(scene.browser()) == "/staff#oidc_refused"
    assert scene.city.asked.count("/keys") == 1


def test_a_state_is_ours_once_and_in_this_browser(scene: Scene) -> None:
    browser = scene.browser()
    address = scene.return_address(browser)
    parts = urlsplit(address)
    query = {name: found[0] for name, found in parse_qs(parts.query).items()}

    def changed(**said: str) -> str:
        return parts._replace(query=urlencode({**query, **said})).geturl()

    assert scene.back(browser, changed(state="x" * 43)) == "/staff#oidc_refused"
    assert scene.session(browser)["account"] == ""
    browser = scene.browser()
    address = scene.return_address(browser)
    assert scene.back(scene.browser(), address) == "/staff#oidc_refused", "a link that is sent to somebody else"
    assert scene.back(browser, address) == "/staff#oidc_refused", "and it was used up by that"


def test_a_code_is_good_once(scene: Scene) -> None:
    browser = scene.browser()
    address = scene.return_address(browser)
    assert scene.back(browser, address) == "/staff"
    browser.cookies.clear()
    assert scene.back(browser, address) == "/staff#oidc_refused"
    assert scene.city.asked.count("/token") == 1, "not even asked for"
    code = parse_qs(urlsplit(address).query)["code"][0]
    browser = scene.browser()
    second = urlsplit(scene.return_address(browser))
    query = {name: found[0] for name, found in parse_qs(second.query).items()}
    assert scene.back(browser, second._replace(query=urlencode({**query, "code": code})).geturl()) == (
        "/staff#oidc_refused"
    ), "a code of another log-in"


def test_two_browsers_that_are_mixed_up_log_in_nobody(scene: Scene) -> None:
    """Else somebody would work as the one who sent the link, or the other way round."""
    mine, theirs = scene.browser(), scene.browser()
    my_address, their_address = scene.return_address(mine), scene.return_address(theirs)
    assert scene.back(mine, their_address) == "/staff#oidc_refused"
    assert scene.back(theirs, my_address) == "/staff#oidc_refused"
    assert (scene.session(mine)["account"], scene.session(theirs)["account"]) == ("", "")
    assert scene.log_in(mine) == "/staff"


def test_an_answer_of_another_provider_is_not_taken(scene: Scene) -> None:
    browser = scene.browser()
    address = scene.return_address(browser)
    elsewhere = address.replace(urlencode({"iss": scene.city.url}), urlencode({"iss": "https://elsewhere.example"}))
    assert elsewhere != address
    assert scene.back(browser, elsewhere) == "/staff#oidc_refused"
    browser = scene.browser()
    address = scene.return_address(browser)
    silent = address.replace("&" + urlencode({"iss": scene.city.url}), "")
    assert silent != address
    assert scene.back(browser, silent) == "/staff#oidc_refused", "one that says that it says so"
    assert "/token" not in scene.city.asked


def test_whoever_takes_too_long_or_says_no_there_is_not_in(scene: Scene) -> None:
    browser = scene.browser()
    address = scene.return_address(browser)
    scene.ticks.now += MOST_S + 1
    assert scene.back(browser, address) == "/staff#oidc_refused"
    browser = scene.browser()
    state = parse_qs(urlsplit(scene.begin(browser)).query)["state"][0]
    back = f"{scene.hall.staff.url}/oidc/back?" + urlencode({"error": "access_denied", "state": state})
    assert scene.back(browser, back) == "/staff#oidc_refused"


def test_whom_the_hall_does_not_know_gets_no_account(scene: Scene) -> None:
    scene.city.person = {"preferred_username": "4711"}
    refused(scene, "oidc_no_account")
    assert scene.hall.accounts.access.store.numbered("4711") is None


def test_a_disabled_account_is_closed_to_the_city_as_well(scene: Scene) -> None:
    account = scene.hall.accounts.access.store.numbered("1024")
    assert account is not None
    scene.hall.accounts.roster.change(account, by="tool:test", disabled=True)
    refused(scene, "oidc_no_account")


def test_nothing_leads_elsewhere(scene: Scene) -> None:
    browser = scene.browser()
    for query in ("next=https://evil.example", "state=https://evil.example", "redirect_uri=//evil.example", "code=x"):
        for path in ("begin", "back"):
            answer = browser.get(f"{scene.hall.staff.url}/oidc/{path}?{query}", allow_redirects=False, timeout=10)
            to = urlsplit(answer.headers["location"])
            assert (to.netloc, to.path) in ((urlsplit(scene.city.url).netloc, "/authorize"), ("", "/staff"))
            assert "evil" not in answer.headers["location"]
    stranger = {"Host": "evil.example"}
    assert browser.get(f"{scene.hall.staff.url}/oidc/begin", headers=stranger, timeout=10).status_code == 421


def test_one_address_begins_only_so_often(scene: Scene) -> None:
    browser = scene.browser()
    said = [scene.begin(browser) for _ in range(RATE.burst + 3)]
    assert [each == "/staff#rate_limited" for each in said] == [False] * RATE.burst + [True] * 3
    scene.ticks.now += 60
    assert scene.log_in(browser) == "/staff"


def test_the_document_has_its_rows_which_anybody_may(scene: Scene) -> None:
    paths = requests.get(f"{scene.hall.staff.url}/api/v1/openapi.json", timeout=10).json()["paths"]
    rows = [paths[path]["get"] for path in ("/oidc/begin", "/oidc/back")]
    assert [(row["x-needs"], sorted(row["responses"])) for row in rows] == [("anybody", ["303", "default"])] * 2
    assert paths["/api/v1/session/oidc"]["post"]["x-needs"] == "anybody"


# -- a provider that is away, or is not what it was -----------------------------------------------------


def test_with_the_provider_away_the_page_says_so_and_passwords_do(tmp_path: Path) -> None:
    with running(City()) as city:
        pass  # nobody listens there any more
    for scene in scene_with(tmp_path, city):
        url, roster = scene.hall.staff.url, scene.hall.accounts.roster
        accepted(url, roster.invite("1024", ("window",), by="tool:test")[1])
        browser = scene.browser()
        assert scene.begin(browser) == "/staff#oidc_away"
        body = {"number": "1024", "password": PASSWORD}
        assert browser.post(f"{url}/api/v1/session", json=body, timeout=10).json()["number"] == "1024"
        words = browser.get(f"{url}/api/v1/problems", timeout=10).json()["problems"]["oidc_away"]
        assert "密码" in words["advice_zh"]


def test_a_provider_that_goes_while_somebody_is_there(scene: Scene) -> None:
    browser = scene.browser()
    address = scene.return_address(browser)
    scene.city.broken = True
    assert scene.back(browser, address) == "/staff#oidc_away"
    scene.city.broken = False
    assert scene.log_in(browser) == "/staff"


@pytest.mark.parametrize("about", [
    {"issuer": "https://elsewhere.example"}, {"token_endpoint": "ftp://elsewhere.example"}, {"jwks_uri": None},
    {"authorization_endpoint": "javascript:alert(1)"}, {"padding": "x" * MOST_BYTES},
])
def test_a_provider_that_is_not_what_was_configured(scene: Scene, about: dict[str, Any]) -> None:
    scene.city.about = about
    assert scene.begin(scene.browser()) == "/staff#oidc_away"


def test_a_wrong_secret_and_one_that_cannot_be_read(scene: Scene) -> None:
    secret = scene.hall.folder.parent / "secret"
    secret.write_text("wrong")
    refused(scene)
    secret.unlink()
    assert scene.begin(scene.browser()) == "/staff#oidc_away"
    secret.write_text(SECRET)
    assert scene.log_in(scene.browser()) == "/staff"


def test_without_a_provider_there_is_no_such_way(tmp_path: Path) -> None:
    with live_hall(tmp_path / "hall", gated=True) as hall:
        assert requests.get(f"{hall.staff.url}/oidc/begin", timeout=10).status_code == 404
        assert requests.get(f"{hall.staff.url}/api/v1/session", timeout=10).json()["oidc"] is False
    loaded = "import sys, hall_daemon.bootstrap; sys.exit('authlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False, timeout=60).returncode == 0, "it costs nothing"
