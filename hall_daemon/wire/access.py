"""Messages of logging in, of accounts, machines and the audit log."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Number = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Secret = Annotated[str, Meta(max_length=128)]
NewSecret = Annotated[str, Meta(min_length=1, max_length=128)]
Code = Annotated[str, Meta(max_length=32)]
Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
Words = Annotated[tuple[Name, ...], Meta(max_length=32)]
Link = Annotated[str, Meta(min_length=1, max_length=128)]


# Of what a reader gives for a staff card.
CARD_LENGTH = 64


class LogInBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`code`: of the second factor, or a recovery code; "" where there is none."""

    number: Number
    password: Secret
    code: Code = ""


class CardBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`card`: what the reader gives for a staff card."""

    card: Annotated[str, Meta(min_length=1, max_length=CARD_LENGTH)]


class CodeBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Of the second factor, or a recovery code."""

    code: Code


class LogOutBody(Struct, frozen=True, forbid_unknown_fields=True):
    everywhere: bool = False


class PasswordBody(Struct, frozen=True, forbid_unknown_fields=True):
    old: Secret
    new: NewSecret


class SecondFactorBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`secret` as it was given, and the code that the authenticator shows for it. `old`: a code of the factor that is
    there, or a recovery code; "" where there is none."""

    secret: Annotated[str, Meta(min_length=16, max_length=64, pattern="^[A-Z2-7]+$")]
    code: Code
    old: Code = ""


class AcceptBody(Struct, frozen=True, forbid_unknown_fields=True):
    code: Link
    password: NewSecret


class SessionView(Struct, frozen=True, kw_only=True):
    """Who is logged in here; all empty for nobody. `account` is the id that events name, `number` the work number;
    `must` what has to be done first: `password` or `two_factor`. `second`: there is a second factor. `page`: what a
    page sends with each press, in X-Hall-Page. `notice`: what the hall says to whoever logs in. `oidc`: one can log in
    at the city's provider as well, at /oidc/begin; `cards`: somebody has a staff card; `reader`: the window whose
    reader stands at this desk, where one logs in by laying it there."""

    account: str = ""
    number: str = ""
    roles: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    window: str = ""
    windows: tuple[str, ...] = ()
    must: str = ""
    second: bool = False
    page: str = ""
    notice: str = ""
    oidc: bool = False
    cards: bool = False
    reader: str = ""


class SecondFactorView(Struct, frozen=True):
    """`picture`: the address as a QR code (SVG) for an authenticator."""

    secret: str
    address: str
    picture: str


class RecoveryCodes(Struct, frozen=True):
    codes: tuple[str, ...]


class AddAccountBody(Struct, frozen=True, forbid_unknown_fields=True):
    number: Number
    roles: Words
    windows: Words = ()


class ChangeAccountBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays. `card`: what the reader gives for a staff card, "" takes it away."""

    roles: Words | None = None
    windows: Words | None = None
    disabled: bool | None = None
    card: Annotated[str, Meta(max_length=64)] | None = None


class AccountView(Struct, frozen=True, kw_only=True):
    """`invited`: the link was not opened yet."""

    id: str
    number: str
    roles: tuple[str, ...]
    windows: tuple[str, ...]
    disabled: bool
    invited: bool
    two_factor: bool
    card: bool
    sessions: int


class Accounts(Struct, frozen=True):
    """`roles`: what each may; `apart`: those that a person holds alone. `windows`: id -> what people call it."""

    accounts: tuple[AccountView, ...]
    roles: dict[str, tuple[str, ...]]
    apart: tuple[str, ...]
    windows: dict[str, str]


class Invited(Struct, frozen=True):
    """`link` works once and for a day; it is told this once."""

    account: AccountView
    link: str


class AddMachineBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`more`: rights of a tool beside those of its role. `at_once`: the credential it has ends now, not with the next
    one."""

    name: Name
    role: Name
    more: Words = ()
    at_once: bool = False


class MachineView(Struct, frozen=True):
    name: str
    role: str
    rights: tuple[str, ...]
    made: str
    credentials: int


class Machines(Struct, frozen=True):
    """`roles`: what each may."""

    machines: tuple[MachineView, ...]
    roles: dict[str, tuple[str, ...]]


class Credential(Struct, frozen=True):
    """Told this once."""

    name: str
    credential: str


class AuditEntry(Struct, frozen=True, kw_only=True):
    """`number`: the work number of `who`, as long as the account is there; `about_number` that of `about`."""

    seq: int
    at: str
    who: str
    number: str
    what: str
    about: str
    about_number: str
    origin: str
    result: str
    times: int


class AuditLogView(Struct, frozen=True):
    """Newest first. `more`: there are older ones; ask `before` the last of these."""

    entries: tuple[AuditEntry, ...]
    more: bool


class AuditChain(Struct, frozen=True):
    """How many rows hold, from the first on. `broken_at`: the first that was changed later, 0 for none."""

    rows: int
    broken_at: int
