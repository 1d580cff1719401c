"""The configuration as the program uses it: frozen, checked, complete. Whoever reads one never sees TOML.

The sections here are at once the schema of their table in hall.toml (names, types, bounds, defaults); what
the file says of queues, services, windows and hours becomes the domain's Plan instead. `schema` holds that part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from device_drivers.options import DeviceSpec
from device_drivers.ports import ROLES, Role
from hall_daemon.config.floor import Floor
from hall_daemon.config.section import Date, Host, Id, Network, Path_, Port, References, Section, Words
from hall_daemon.config.wording import BoardLine, Notice, Wording
from hall_daemon.domain.plan import Plan
from hall_daemon.wire.kiosks import KioskOptions
from hall_daemon.wire.screens import Ground, Theme


class Data(Section, frozen=True):
    """`dir` is absolute once loaded. Below `min_free_mb` no numbers are given; a snapshot every so many events.
    `vault_cipher`: what persons' fields are sealed with from now on; what is there opens by its own."""

    dir: Path_ = "/var/lib/hall"
    min_free_mb: Annotated[int, Meta(ge=1, le=1_000_000)] = 200
    snapshot_every: Annotated[int, Meta(ge=100, le=10_000_000)] = 20_000
    vault_cipher: Literal["aes-256-gcm", "sm4-gcm"] = "aes-256-gcm"


class Log(Section, frozen=True):
    level: Literal["debug", "info", "warning", "error"] = "info"


class Http(Section, frozen=True):
    """Where staff pages, kiosks and tools reach the daemon. Never on the open internet. `hosts`: names it is reached by
    (addresses need none). `cert_file` with `key_file` makes it HTTPS. Paths are absolute once loaded."""

    host: Host = "127.0.0.1"
    port: Port = 8080
    hosts: Annotated[tuple[Host, ...], Meta(max_length=32)] = ()
    cert_file: Path_ = ""
    key_file: Path_ = ""

    @property
    def base(self) -> str:
        return f"{_scheme(self.cert_file)}://{self.hosts[0] if self.hosts else _reachable(self.host)}:{self.port}"


class Access(Section, frozen=True, kw_only=True):
    """Who may do what. `idle_min`: a session ends after so long without a press; `longest_h`: in any case.
    `password_days` 0: a password is good for ever. `argon2_passes`, `argon2_mib`: what trying one costs.
    `draws_a_minute`: numbers of one kiosk or member of staff; `draws_share_percent`: what one of several may draw of a
    day's cap; `numbers_each_person`: tickets of a day that one person may be named for. `pads_without_login`: windows
    whose caller pad works although nobody is logged in there (old halls). `notice` stands on the page where people log
    in."""

    idle_min: Annotated[int, Meta(ge=1, le=1440)] = 30
    longest_h: Annotated[int, Meta(ge=1, le=24)] = 12
    password_length: Annotated[int, Meta(ge=8, le=64)] = 10
    password_kinds: Annotated[int, Meta(ge=1, le=4)] = 3
    password_history: Annotated[int, Meta(ge=0, le=24)] = 5
    password_days: Annotated[int, Meta(ge=0, le=3650)] = 90
    failures: Annotated[int, Meta(ge=3, le=20)] = 5
    wait_s: Annotated[int, Meta(ge=1, le=600)] = 30
    longest_wait_s: Annotated[int, Meta(ge=1, le=86_400)] = 900
    argon2_passes: Annotated[int, Meta(ge=1, le=20)] = 2
    argon2_mib: Annotated[int, Meta(ge=8, le=1024)] = 19
    two_factors: bool = True
    draws_a_minute: Annotated[int, Meta(ge=1, le=6000)] = 60
    draws_share_percent: Annotated[int, Meta(ge=1, le=100)] = 90
    numbers_each_person: Annotated[int, Meta(ge=1, le=1000)] = 20
    pads_without_login: Annotated[tuple[Id, ...], Meta(max_length=512)] = ()
    notice: Annotated[str, Meta(max_length=400)] = ""


class Oidc(Section, frozen=True, kw_only=True):
    """A city's OpenID Connect provider, where staff can log in as well; none without `issuer`. `number_claim`: what it
    calls the work number. `two_factors`: values of `amr` or `acr` that say that two were proven there. Paths are
    absolute once loaded; without `client_secret_file` the client is a public one."""

    issuer: Annotated[
        str,
        Meta(
            max_length=200, pattern=r"^$|^https://[^\s/?#]+(/[^\s?#]*)?$|^http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s?#]*)?$",
            description='"" or https://…',
        ),
    ] = ""
    client_id: Annotated[str, Meta(max_length=200)] = ""
    client_secret_file: Path_ = ""
    ca_file: Path_ = ""
    number_claim: Annotated[str, Meta(min_length=1, max_length=64)] = "preferred_username"
    two_factors: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...], Meta(max_length=16)] = (
        "mfa",
    )


class Public(Section, frozen=True, kw_only=True):
    """The read-only page for phones. `url` is what QR codes begin with, "" makes it from host and port.
    `trusted_proxies`: addresses or networks of our own proxies, whose X-Forwarded-For is believed. `cert_file` with
    `key_file` makes it HTTPS, where no proxy does. Paths are absolute once loaded."""

    host: Host = "127.0.0.1"
    port: Port = 8081
    url: Annotated[
        str,
        Meta(max_length=200, pattern=r"^$|^https?://[^\s/]+(/[^\s]*)?$", description='"" or http(s)://…'),
    ] = ""
    trusted_proxies: Annotated[tuple[Network, ...], Meta(max_length=32)] = ()
    cert_file: Path_ = ""
    key_file: Path_ = ""

    @property
    def base(self) -> str:
        """No slash at its end; a ticket's page is `{base}/t/{token}`."""
        return self.url.rstrip("/") or f"{_scheme(self.cert_file)}://{_reachable(self.host)}:{self.port}"


class Mqtt(Section, frozen=True, kw_only=True):
    """`supervised`: a mosquitto of our own that listens on host and port. `external`: a broker that is there;
    `ca_file` makes it TLS. Of our own: `anonymous` says who reads public states without an account, at most whoever is
    on this machine; `tls_port` is for machines elsewhere and needs `cert_file` and `key_file`; `websocket_port` for
    phones' apps. `home_assistant`: the language in which one is told of queues and devices, "" for not. Paths are
    absolute once loaded, "" for none."""

    mode: Literal["supervised", "external", "off"] = "supervised"
    host: Host = "127.0.0.1"
    port: Port = 11_883
    username: Annotated[str, Meta(max_length=128)] = ""
    password_file: Path_ = ""
    ca_file: Path_ = ""
    anonymous: Literal["loopback", "nobody"] = "loopback"
    tls_host: Host = "0.0.0.0"  # noqa: S104 (whoever comes needs an account)
    tls_port: Port | None = None
    cert_file: Path_ = ""
    key_file: Path_ = ""
    websocket_port: Port | None = None
    home_assistant: Annotated[str, Meta(max_length=20)] = ""


class BigScreen(Section, frozen=True, kw_only=True):
    """Every big screen (综合屏); the address of one may say otherwise for itself. `inches` is the diagonal, `metres`
    how far away people read it: both give the least size of type. `languages` take turns. `name` and `names` (by queue)
    are short forms, `zones` what zones are called, `desk` where whoever was missed goes."""

    theme: Theme = "qing"
    ground: Ground = "dark"
    inches: Annotated[float, Meta(ge=10, le=400)] = 75.0
    metres: Annotated[float, Meta(ge=1, le=50)] = 8.0
    languages: Annotated[tuple[Literal["zh", "en"], ...], Meta(min_length=1, max_length=2)] = ("zh", "en")
    name: Words | None = None
    names: dict[Id, Words] = {}  # noqa: RUF012
    zones: dict[Id, Words] = {}  # noqa: RUF012
    desk: Words | None = None
    notices: Annotated[tuple[Notice, ...], Meta(max_length=12)] = ()


class Board(Section, frozen=True, kw_only=True):
    """An LED big screen: which areas of text (screens of a device) show what. `calls` are newest first; `call` is how
    one reads, with `{place}` the window as people say it. `zone` "" is the whole hall."""

    zone: Id | Literal[""] = ""
    calls: References = ()
    waits: References = ()
    missed: References = ()
    notices: References = ()
    clock: References = ()
    call: BoardLine = "{number} {place}"

    @property
    def areas(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(area for areas in self.lists.values() for area in areas)

    @property
    def lists(self) -> dict[str, References]:
        """By what they show."""
        return {name: getattr(self, name) for name in ("calls", "waits", "missed", "notices", "clock")}


class Forecast(Section, frozen=True, kw_only=True):
    """How far the forecast looks ahead, from how many past days, and what is known of single dates (`days`: what they
    bring, as a factor)."""

    horizon_days: Annotated[int, Meta(ge=1, le=14)] = 7
    history_days: Annotated[int, Meta(ge=5, le=250)] = 60
    least_days: Annotated[int, Meta(ge=2, le=60)] = 5
    month_end_days: Annotated[int, Meta(ge=0, le=10)] = 2
    refresh_s: Annotated[int, Meta(ge=60, le=86_400)] = 600
    days: dict[Date, Annotated[float, Meta(ge=0.1, le=10.0)]] = {}  # noqa: RUF012 (a default that msgspec copies)


class Reviews(Section, frozen=True, kw_only=True):
    """Pre-reviews (预审). Working days: `answer_days` until the hall has answered, `mend_days` to mend what it told,
    `ready_days` for which a pass holds. Plain days: a draft lies for `draft_days`, what is over stays for `keep_days`.
    `four_eyes`: matters that two persons pass. `calendar`: the folder of the years' holidays, absolute once loaded.
    `turn_min`: minutes after midnight at which a day's limits are looked at."""

    answer_days: Annotated[int, Meta(ge=1, le=60)] = 1
    mend_days: Annotated[int, Meta(ge=1, le=250)] = 10
    ready_days: Annotated[int, Meta(ge=1, le=250)] = 15
    draft_days: Annotated[int, Meta(ge=1, le=60)] = 3
    keep_days: Annotated[int, Meta(ge=1, le=400)] = 30
    four_eyes: Annotated[tuple[Id, ...], Meta(max_length=500)] = ()
    calendar: Path_ = "calendar"
    turn_min: Annotated[int, Meta(ge=0, le=240)] = 10
    most_open: Annotated[int, Meta(ge=1, le=100_000)] = 5000
    most_each: Annotated[int, Meta(ge=1, le=1000)] = 10


class Matters(Section, frozen=True, kw_only=True):
    """What the hall says of its matters, beside hall.toml; a folder that is not there is empty. `groups`: what matters
    are sorted by, in this order. Paths are absolute once loaded."""

    guides: Path_ = "guides"
    forms: Path_ = "forms"
    dictionary: Path_ = "dictionary.toml"
    notices: Path_ = "notices.toml"
    groups: dict[Id, Words] = {}  # noqa: RUF012 (as above)


class Papers(Section, frozen=True, kw_only=True):
    """What people hand in before they come, and for how long it is kept: a draft that is sent by nobody, a review that
    no visit follows, one that was followed by a visit. `at_once`: papers that are made into pictures at a time."""

    draft_days: Annotated[int, Meta(ge=1, le=90)] = 7
    review_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    visited_days: Annotated[int, Meta(ge=1, le=36_500)] = 90
    case_pages: Annotated[int, Meta(ge=1, le=1000)] = 100
    case_mb: Annotated[int, Meta(ge=1, le=1000)] = 60
    quota_mb: Annotated[int, Meta(ge=10, le=10_000_000)] = 4096
    at_once: Annotated[int, Meta(ge=1, le=8)] = 2


class Platform(Section, frozen=True, kw_only=True):
    """A city's approval platform (stage 2); none without `url`. `app` is what it calls this hall, `secret_file` holds
    what both know ("": the credential hall-platform). `matters`: ours -> its task code; nothing of others leaves.
    `fields`: of the dictionary, what leaves of a review's answers. `words`: a table in place of ours. `guides_min` 0:
    none are fetched. Paths are absolute once loaded."""

    url: Annotated[
        str,
        Meta(
            max_length=200, pattern=r"^$|^https://[^\s/?#]+(/[^\s?#]*)?$|^http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s?#]*)?$",
            description='"" or https://…',
        ),
    ] = ""
    app: Annotated[
        str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_.-]*$", description="letters, digits, '-', '_' and '.'")
    ] = ""
    secret_file: Path_ = ""
    ca_file: Path_ = ""
    words: Path_ = ""
    connect_s: Annotated[float, Meta(ge=0.1, le=60)] = 5.0
    answer_s: Annotated[float, Meta(ge=0.1, le=120)] = 20.0
    guides_min: Annotated[int, Meta(ge=0, le=10_080)] = 60
    reconcile_at: Annotated[
        str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="a time as 02:30")
    ] = "02:30"
    alarm_min: Annotated[int, Meta(ge=1, le=10_080)] = 60
    keep_days: Annotated[int, Meta(ge=31, le=3650)] = 90
    fields: Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=100)] = ()
    matters: Annotated[
        dict[Id, Annotated[str, Meta(max_length=40, pattern="^[0-9A-Z-]+$", description="digits and capitals")]],
        Meta(max_length=500),
    ] = {}  # noqa: RUF012 (as above)


def none_of_any_role() -> dict[Role, dict[str, str]]:
    """Every role, and no part yet."""
    return {role: {} for role in ROLES}


@dataclass(frozen=True, slots=True)
class MachineBinding:
    """A ticket machine: its buttons and the service of each, and the printer of its slips ("" for none)."""

    buttons: Mapping[str, str]
    printer: str = ""


@dataclass(frozen=True, slots=True)
class Bindings:
    """Which device part belongs to what. Parts have ids of their own, unique in the hall within their role.

    devices: role -> part -> device. windows: role -> part -> window, for what stands at windows. Every role is there.
    kiosks: reader -> the kiosk whose session gets what it reads. desks: window -> the addresses of its browser, where
    there is a reader. machines: what each ticket machine gives numbers for.
    """

    devices: Mapping[Role, Mapping[str, str]] = field(default_factory=none_of_any_role)
    windows: Mapping[Role, Mapping[str, str]] = field(default_factory=none_of_any_role)
    kiosks: Mapping[str, str] = field(default_factory=dict)
    desks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    machines: Mapping[str, MachineBinding] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything hall.toml says. `path` is the file it came from."""

    path: Path
    plan: Plan
    data: Data = field(default_factory=Data)
    log: Log = field(default_factory=Log)
    http: Http = field(default_factory=Http)
    public: Public = field(default_factory=Public)
    access: Access = field(default_factory=Access)
    oidc: Oidc = field(default_factory=Oidc)
    mqtt: Mqtt = field(default_factory=Mqtt)
    wording: Wording = field(default_factory=Wording)
    forecast: Forecast = field(default_factory=Forecast)
    reviews: Reviews = field(default_factory=Reviews)
    matters: Matters = field(default_factory=Matters)
    papers: Papers = field(default_factory=Papers)
    platform: Platform = field(default_factory=Platform)
    devices: tuple[DeviceSpec, ...] = ()
    bindings: Bindings = field(default_factory=Bindings)
    kiosks: dict[str, KioskOptions] = field(default_factory=dict)
    screen: BigScreen = field(default_factory=BigScreen)
    boards: Mapping[str, Board] = field(default_factory=dict)
    floor: Floor = field(default_factory=Floor)

    @property
    def data_dir(self) -> Path:
        return Path(self.data.dir)


def _scheme(cert_file: str) -> str:
    return "https" if cert_file else "http"


def _reachable(host: str) -> str:
    """An address that a client on this machine can use for a server that listens on `host`."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
