"""hall.toml to Settings, and what a person reads when it is wrong."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest

from hall_daemon.app.announcements import call_text
from hall_daemon.config import BadConfig, ConfigError, Settings, check, load
from hall_daemon.config.load import warnings
from hall_daemon.config.render import render
from hall_daemon.config.schema import HallFile
from hall_daemon.domain.plan import ALWAYS, Policy
from tests.conftest import ROOT

SHIPPED = ROOT / "config" / "hall.toml"

STRIPS = '[devices.x]\nkind = "aabb-strip"\nscreens = [{ id = "s", address = 1 }]\n'
STRIPS += 'line = { kind = "serial", port = "/dev/a", '
SMALL = """\
# Sixteen lines.
[hall]
id = "small"
name = { zh = "小厅", en = "Small hall" }

[queues.a]
name = { zh = "综合", en = "General" }
prefix = "A"

[services.one]
name = { zh = "一", en = "One" }
queue = "a"

[windows.w1]
label = "1"
first = ["one"]
"""

Check = Callable[[str], list[ConfigError]]


@pytest.fixture
def checked(tmp_path: Path) -> Check:
    """Check a text as a file."""

    def checked(text: str) -> list[ConfigError]:
        path = tmp_path / "hall.toml"
        path.write_text(text, encoding="utf-8")
        return check(path)

    return checked


@pytest.fixture
def small(tmp_path: Path) -> Callable[[str], Settings]:
    """Load SMALL with more text behind it."""

    def loaded(more: str) -> Settings:
        path = tmp_path / "hall.toml"
        path.write_text(SMALL + more, encoding="utf-8")
        return load(path)

    return loaded


def test_shipped_hall() -> None:
    settings = load(SHIPPED)
    plan = settings.plan
    assert list(plan.windows) == ["1", "2", "3", "4"]
    assert [queue.prefix for queue in plan.queues.values()] == ["A", "B", "C"]
    assert len(plan.services) == 10
    assert plan.hours.sessions(date(2026, 11, 23)) == ((510, 720), (840, 1050))
    assert plan.hours.sessions(date(2026, 11, 22)) == ()
    assert plan.hours.sessions(date(2027, 1, 1)) == ()
    assert plan.policy == Policy()
    assert list(plan.priority_reasons)[:2] == ["soldier", "firefighter"]
    assert settings.data_dir == Path("/var/lib/hall")
    assert [spec.kind for spec in settings.devices] == [
        "aabb-strip", "ff68-pad", "escpos-printer", "sam-reader", "gm65-scanner", "speaker",
    ]
    assert settings.bindings.windows["screens"] == {"strip-1": "1", "strip-2": "2", "strip-3": "3", "strip-4": "4"}
    assert settings.bindings.windows["pads"] == {"pad-1": "1", "pad-2": "2", "pad-3": "3", "pad-4": "4"}
    assert settings.bindings.devices["screens"]["strip-2"] == "strips"
    assert settings.bindings.devices["pads"]["pad-2"] == "pads"
    assert settings.bindings.devices["printers"] == {"printer-1": "printer-1"}
    assert settings.bindings.devices["zones"] == {"hall": "speaker"}
    assert settings.kiosks["kiosk-1"].printer == "printer-1"


def test_shipped_hall_names_every_key() -> None:
    """Installers read this file to learn what there is; what a comment explains counts."""
    text = SHIPPED.read_text(encoding="utf-8")
    named = set(re.findall(r"\b([a-z_0-9]+)(?: =|: |[].])", text))
    assert _schema_keys(HallFile) - named == OF_OLDER_FILES


# Read so that an older file still loads, and means nothing.
OF_OLDER_FILES = {"fullscreen"}


def test_a_key_of_older_files_still_loads(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    text = SHIPPED.read_text(encoding="utf-8")
    path.write_text(text.replace("[kiosks.kiosk-1]\n", "[kiosks.kiosk-1]\nfullscreen = true\n"), encoding="utf-8")
    assert load(path).kiosks == load(SHIPPED).kiosks


def _schema_keys(kind: type) -> set[str]:
    keys: set[str] = set()
    hints = typing.get_type_hints(kind)
    for name, hint in ((each.name, hints[each.name]) for each in msgspec.structs.fields(kind)):
        keys.add(name)
        for inner in (hint, *typing.get_args(hint)):
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct) and inner.__name__ != "Words":
                keys |= _schema_keys(inner)
    return keys


def test_shipped_words_can_be_said() -> None:
    words = load(SHIPPED).wording.voice
    assert call_text(words.zh, number="A012", window="3") == "请A零一二号到三号窗口办理业务"
    assert "A 0 1 2" in call_text(words.en, number="A012", window="3", language="en")


def test_defaults(small: Callable[[str], Settings]) -> None:
    settings = small("")
    assert settings.plan.hours == ALWAYS
    assert settings.plan.policy == Policy()
    assert settings.plan.timezone == "Asia/Shanghai"
    assert settings.devices == ()
    assert (settings.http.host, settings.public.host, settings.mqtt.host) == ("127.0.0.1",) * 3
    assert settings.mqtt.mode == "supervised"
    assert settings.public.base == "http://127.0.0.1:8081"


def test_shipped_defaults_are_the_defaults(small: Callable[[str], Settings]) -> None:
    """Where hall.toml says (default), leaving the key out changes nothing."""
    shipped, usual = load(SHIPPED), small("")
    for section in ("data", "log", "http", "public", "mqtt", "wording"):
        assert getattr(shipped, section) == getattr(usual, section), section


def test_relative_paths_belong_to_the_folder_of_the_file(small: Callable[[str], Settings], tmp_path: Path) -> None:
    settings = small('[data]\ndir = "state"\n[mqtt]\nmode = "external"\npassword_file = "secret"\n')
    assert settings.data_dir == tmp_path / "state"
    assert settings.mqtt.password_file == str(tmp_path / "secret")
    assert settings.mqtt.ca_file == ""


@pytest.mark.parametrize(
    ("section", "base"),
    [
        ('host = "0.0.0.0"\nport = 9000', "http://127.0.0.1:9000"),
        ('host = "::1"\nport = 9000', "http://[::1]:9000"),
        ('url = "https://hall.example/q/"', "https://hall.example/q"),
    ],
)
def test_public_base(small: Callable[[str], Settings], section: str, base: str) -> None:
    assert small(f"[public]\n{section}\n").public.base == base


def test_settings_cannot_be_changed(small: Callable[[str], Settings]) -> None:
    settings = small("")
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.path = Path()  # type: ignore[misc]
    with pytest.raises(AttributeError):
        settings.http.port = 1  # type: ignore[misc]


def test_a_message_says_file_line_key_found_and_expected(checked: Check, tmp_path: Path) -> None:
    (error,) = checked(SMALL + '[http]\nport = "8080"\n')
    assert str(error) == (
        f'{tmp_path}/hall.toml:18: http.port: wrong value; found "8080"; expected a whole number from 1 to 65535'
    )
    assert error.as_dict()["line"] == 18


@pytest.mark.parametrize(
    ("wrong", "line", "key", "words"),
    [
        ('[htp]\nport = 1\n', 17, "htp", 'did you mean "http"?'),
        ("[http]\nprot = 1\n", 18, "http.prot", 'did you mean "port"?'),
        ('[windows.w2]\nlabel = "1"\nyes = ["one"]\n', 18, "windows.w2.label", "where to go"),
        ('[windows.w2]\nlabel = "<2>"\nyes = ["one"]\n', 18, "windows.w2.label", "letters, digits or Hanzi"),
        ('[wording.voice]\nen = "请 {number}"\n', 18, "wording.voice.en", "English words"),
        ('[log]\nlevel = "inof"\n', 18, "log.level", 'did you mean "info"?'),
        ('[hours]\nmon = ["8:30-12"]\n', 18, "hours.mon[0]", '"08:30-12:00"'),
        ('[hours]\nmon = ["12:00-08:30"]\n', 18, "hours.mon[0]", "ends before it begins"),
        ('[hours]\nmon = [\n"08:00-12:00",\n"11:00-13:00"]\n', 20, "hours.mon[1]", "in front of it"),
        ('[hours.days]\n2027-02-30 = []\n', 18, "hours.days.2027-02-30", "no such day"),
        ('[policy.classes.vip]\nname = { zh = "贵", en = "VIP" }\n', 17, "policy.classes", "'ordinary' is missing"),
        ('[windows.w2]\nlabel = "2"\nyes = ["one"]\nidle = ["one"]\n', 20, "windows.w2.idle[0]", "under yes"),
        ('[services.two]\nname = { zh = "二", en = "Two" }\nqueue = "a"\n', 17, "services.two", "no window"),
        ('[queues.b]\nname = { zh = "乙", en = "B" }\nprefix = "a"\n', 19, "queues.b.prefix", "given twice"),
        ('[queues."b c"]\nname = { zh = "乙", en = "B" }\nprefix = "B"\n', 17, "queues.b c", "letters, digits"),
        ('[devices.x]\nkind = "led"\n', 18, "devices.x.kind", "one of aabb-strip"),
        ('[devices.x]\nbaud = 9600\n', 17, "devices.x.kind", "is missing"),
        ('[devices.x]\nkind = "ff68-pad"\npads = [{ id = "p", address = 1 }]\n', 17, "devices.x.line", "is missing"),
        ('[devices.x]\nkind = "speaker"\nzones = [{ id = "upstairs" }]\n', 14, "windows.w1.zone", "upstairs"),
        (STRIPS + 'baud = 9601 }\n', 20, "devices.x.line.baud", "mean 9600?"),
        (STRIPS + 'baud = 96000 }\n', 20, "devices.x.line.baud", "mean 9600?"),
        (STRIPS + 'baud = "19200" }\n', 20, "devices.x.line.baud", "mean 19200?"),
        ('[windows.w2]\nlabel = "2"\n', 17, "windows.w2", "takes no service"),
        ('[windows.w2]\nlabel = "2"\nyes = []\nnever = ["one"]\n', 17, "windows.w2", "takes no service"),
        ('[mqtt]\nport = 8080\n', 18, "mqtt.port", "[http] listens on it already"),
        ('[wording.voice]\nzh = "{number"\n', 18, "wording.voice.zh", "lonely"),
        ('[wording.voice]\nzh = "{number!r}"\n', 18, "wording.voice.zh", "{number!r} is not filled in"),
        ('[kiosks.k]\nservices = ["oen"]\n', 18, "kiosks.k.services[0]", 'did you mean "one"?'),
        ('[boards.b]\ncalls = ["sign"]\n', 18, "boards.b.calls[0]", "no such screen"),
        (STRIPS + 'baud = 9600 }\n[boards.b]\ncalls = ["s"]\nclock = ["s"]\n', 23, "boards.b.clock[0]", "b, calls"),
        ('[boards.b]\nzone = "up"\n', 18, "boards.b.zone", "no such zone of a window"),
        ('[boards.b]\ncall = "{name}"\n', 18, "boards.b.call", "is not filled in"),
        ('[floor]\nrows = ["w1 dsek"]\nnames.desk = { zh = "台", en = "Desk" }\n', 18, "floor.rows[0]", 'mean "desk"?'),
        ('[floor]\nplaces.w9 = { zh = "左", en = "Left" }\n', 18, "floor.places.w9", "no such window"),
        ('[public]\nurl = "hall.example"\n', 18, "public.url", "http(s)://"),
        ('[public]\ntrusted_proxies = ["10.0.0.0/33"]\n', 18, "public.trusted_proxies[0]", "as 10.0.0.0/8"),
    ],
)
def test_one_mistake(checked: Check, wrong: str, line: int, key: str, words: str) -> None:
    (error,) = checked(SMALL + wrong)
    assert (error.line, error.key) == (line, key)
    assert words in str(error)


@pytest.mark.parametrize(
    ("lines", "key", "words"),
    [
        ('tls_port = 8883\nkey_file = "k.pem"\n', "mqtt.cert_file", "tls_port needs it"),
        ('tls_port = 11883\ncert_file = "c.pem"\nkey_file = "k.pem"\n', "mqtt.tls_port", "listens on it already"),
        ("websocket_port = 8080\n", "mqtt.websocket_port", "[http] listens on it already"),
        ('username = "screens\\ntopic readwrite #"\n', "mqtt.username", "is no name for an account"),
        ('username = "hall"\n', "mqtt.username", "is no name for an account"),
        ('username = "a:b"\n', "mqtt.username", "is no name for an account"),
    ],
)
def test_a_broker_that_could_not_be_guarded(checked: Check, lines: str, key: str, words: str) -> None:
    (error,) = checked(f"{SMALL}[mqtt]\n{lines}")
    assert error.key == key
    assert words in str(error)


@pytest.mark.parametrize(
    ("lines", "key", "words"),
    [
        ('issuer = "https://sso.city.example"\n', "oidc.client_id", "the provider knows the hall by it"),
        ('issuer = "http://sso.city.example"\nclient_id = "hall"\n', "oidc.issuer", "https://"),
        ('issuer = "https://sso.city.example/?x"\nclient_id = "hall"\n', "oidc.issuer", "https://"),
        ('number_claim = ""\n', "oidc.number_claim", "text"),
    ],
)
def test_a_provider_that_nobody_could_log_in_at(checked: Check, lines: str, key: str, words: str) -> None:
    (error,) = checked(f"{SMALL}[oidc]\n{lines}")
    assert error.key == key
    assert words in str(error)


BADGE = '[devices.badge]\nkind = "line-scanner"\nline = {{ kind = "serial", port = "/dev/badge" }}\n{kiosk}'
OTHER_DESK = """
[devices.other]
kind = "line-scanner"
line = { kind = "serial", port = "/dev/other" }
[windows.w3]
label = "3"
yes = ["one"]
readers = ["other"]
desk = ["127.0.0.1"]
"""
DESK = '[windows.w2]\nlabel = "2"\nyes = ["one"]\n'


@pytest.mark.parametrize(
    ("window", "kiosk", "key", "words"),
    [
        ("", "", "devices.badge.kiosk", "stands nowhere"),
        ("", 'kiosk = "k2"\n', "devices.badge.kiosk", "no such kiosk"),
        ('readers = ["badge"]\n', 'kiosk = "k"\n', "devices.badge.kiosk", "stands at window w2 as well"),
        ('readers = ["badges"]\n', 'kiosk = "k"\n', "windows.w2.readers[0]", "no such reader"),
        ('readers = ["badge"]\ndesk = ["desk-2"]\n', "", "windows.w2.desk[0]", "as 192.168.1.31"),
        (f'readers = ["badge"]\n{OTHER_DESK}', "", "windows.w3.desk[0]", "is the desk of window w2 already"),
    ],
)
def test_a_reader_stands_at_one_place(checked: Check, window: str, kiosk: str, key: str, words: str) -> None:
    (error,) = checked(f"{SMALL}{DESK}{window}[kiosks.k]\n{BADGE.format(kiosk=kiosk)}")
    assert error.key == key
    assert words in str(error)


def test_whose_a_reader_is_and_where_its_window_s_browser_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    for said, desk in (("", ("127.0.0.1", "::1")), ('desk = ["192.168.1.31"]\n', ("192.168.1.31",))):
        path.write_text(f'{SMALL}{DESK}readers = ["badge"]\n{said}{BADGE.format(kiosk="")}', encoding="utf-8")
        settings = load(path)
        assert settings.bindings.windows["readers"] == {"badge": "w2"}
        assert settings.bindings.desks == {"w2": desk}
        path.write_text(render(settings), encoding="utf-8")
        assert load(path).bindings == settings.bindings


def test_the_files_of_a_provider_lie_beside_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    said = 'issuer = "https://sso.city.example/realms/hall"\nclient_id = "hall"\nclient_secret_file = "oidc"\n'
    path.write_text(f"{SMALL}[oidc]\n{said}")
    oidc = load(path).oidc
    assert (oidc.client_secret_file, oidc.ca_file) == (str(tmp_path / "oidc"), "")


def test_a_broker_of_today_needs_no_new_key(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    path.write_text(SMALL + '[mqtt]\nhost = "0.0.0.0"\nusername = "screens"\npassword_file = "secret"\n')
    mqtt = load(path).mqtt
    assert (mqtt.anonymous, mqtt.tls_port, mqtt.websocket_port) == ("loopback", None, None)
    assert [doubt.key for doubt in warnings(path)] == ["mqtt.host"]


def test_a_line_that_no_such_hardware_has_is_doubted_and_one_where_there_is_no_wire_a_mistake(
    checked: Check, tmp_path: Path
) -> None:
    path, pads = tmp_path / "hall.toml", 'pads = [{ id = "p", address = 1 }]\n'
    for line, doubted in (
        ('kind = "serial", port = "/dev/x"', False), ('kind = "file", port = "/dev/x"', True),
        ('kind = "tls", host = "h", port = 1', False), ('kind = "evdev", port = "/dev/x"', True),
        ('kind = "rfc2217", host = "h", port = 1', False),
    ):
        path.write_text(f'{SMALL}[devices.x]\nkind = "ff68-pad"\nline = {{ {line} }}\n{pads}')
        assert [doubt.key for doubt in warnings(path)] == ["devices.x.line.kind"] * doubted
    speaker = '[devices.x]\nkind = "speaker"\nline = { kind = "serial", port = "/dev/x" }\nzones = [{ id = "hall" }]\n'
    assert [(error.line, error.key) for error in checked(SMALL + speaker)] == [(19, "devices.x.line")]


def test_two_devices_on_one_port(checked: Check) -> None:
    line = 'line = { kind = "serial", port = "/dev/serial/by-id/a" }\n'
    (error,) = checked(
        SMALL
        + f'[devices.x]\nkind = "ff68-pad"\n{line}pads = [{{ id = "p1", address = 1 }}]\n'
        + f'[devices.y]\nkind = "ff68-pad"\n{line}pads = [{{ id = "p2", address = 1 }}]\n'
    )
    assert (error.line, error.key) == (23, "devices.y.line.port")


def test_devices_that_share_a_line_both_say_so_and_the_same_of_it(checked: Check) -> None:
    def errors(first: str, second: str) -> list[str]:
        line = 'line = {{ kind = "serial", port = "/dev/a"{0} }}\n'
        return [str(error) for error in checked(
            SMALL
            + f'[devices.x]\nkind = "ff68-pad"\n{line.format(first)}pads = [{{ id = "p", address = 1 }}]\n'
            + f'[devices.y]\nkind = "aabb-strip"\n{line.format(second)}screens = [{{ id = "s", address = 1 }}]\n'
        )]

    assert errors(", shared = true", ", shared = true") == []
    assert "or shared = true at both" in errors(", shared = true", "")[0]
    assert "of this line: baud" in errors(", shared = true", ", shared = true, baud = 4800")[0]


def test_one_pad_at_two_windows(checked: Check) -> None:
    text = SMALL + 'pads = ["p1"]\n[windows.w2]\nlabel = "2"\nyes = ["one"]\npads = ["p1"]\n'
    text += '[devices.x]\nkind = "ff68-pad"\n'
    text += 'line = { kind = "serial", port = "/dev/a" }\npads = [{ id = "p1", address = 1 }]\n'
    (error,) = checked(text)
    assert (error.line, error.key) == (21, "windows.w2.pads[0]")
    assert "stands at window w1 already" in str(error)


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (SMALL.encode("gbk"), 4, "not UTF-8"),
        (b"x = " + b"[" * 5000, 1, "too deep"),
        (b'[hall]\nid = "x"\nopen = ' + b"9" * 5000, 3, "a number has too many digits"),
        (b"#" * 1_100_000, 0, "larger than"),
        (b'[hall]\nid = "x', 2, "a text is not closed"),
        ("[hall]\nid ＝ 1\n".encode(), 2, "type = in place of ＝"),
        (b"", 1, "is missing"),
    ],
)
def test_a_file_that_is_no_configuration(tmp_path: Path, data: bytes, line: int, words: str) -> None:
    path = tmp_path / "hall.toml"
    path.write_bytes(data)
    errors = check(path)
    assert errors[0].line == line
    assert words in str(errors[0])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="there is no such file") as caught:
        load(tmp_path / "absent.toml")
    assert caught.value.errors[0].line == 0


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    (error,) = check(tmp_path)
    assert "cannot be read" in str(error)


def test_a_windows_editor_may_have_saved_it(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load(path).plan.id == "small"
