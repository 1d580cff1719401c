"""A matter's guide (办事指南): every element of GB/T 36114 as a value. Pure.

The types are at once what a file of config/guides may say and what goes over the wire. What is not certain carries
`confirm`: why a hall has to look at it before people rely on it (待确认). Days and amounts are whole numbers, money in
fen; a count of days says whether working or natural days are meant.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

_NAME = Annotated[str, Meta(min_length=1, max_length=80)]
_PROSE = Annotated[str, Meta(min_length=1, max_length=400)]


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of a guide."""


class _BothLanguages(Part, frozen=True):
    zh: _NAME
    en: _NAME


class _Chinese(Part, frozen=True):
    zh: _PROSE


# What is shown large stands in both languages; sentences in Chinese at least, in others where somebody wrote them.
Name = Annotated[
    dict[str, _NAME],
    Meta(
        description="a table with zh, en", extra={"needed": _BothLanguages},
        extra_json_schema={"$ref": "#/components/schemas/Text"},
    ),
]
Prose = Annotated[
    dict[str, _PROSE],
    Meta(
        description="a table with zh", extra={"needed": _Chinese},
        extra_json_schema={"additionalProperties": {"type": "string"}, "required": ["zh"]},
    ),
]
Key = Annotated[
    str,
    Meta(min_length=1, max_length=64, pattern="^[a-z0-9][a-z0-9_-]*$", description="small letters, digits, - and _"),
]
Keys = Annotated[tuple[Key, ...], Meta(max_length=32)]
Day = Annotated[
    str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", description="a date as 2026-10-01")
]
Days = Annotated[int, Meta(ge=0, le=400)]
Count = Annotated[int, Meta(ge=0, le=99)]
Line = Annotated[str, Meta(max_length=80)]
File = Annotated[
    str,
    Meta(
        max_length=100, pattern=r"^$|^[A-Za-z0-9][A-Za-z0-9_-]*\.(jpg|png|webp|mp4|pdf)$",
        description="the name of a .jpg, .png, .webp, .mp4 or .pdf beside the guides, in the folder files",
    ),
]

# Why a fact is 待确认: it differs from place to place; nobody named where it is written; its text was not at hand;
# rules on it contradict each other or are being changed.
Confirm = Literal["", "local", "unsourced", "unread", "changing"]
# What the code of a matter is that stands in no file: each place has its own in its catalogue.
NO_CODE: Confirm = "local"
Unit = Literal["working", "natural"]
# 事项类型 of the catalogue of government matters.
Type = Literal["licence", "confirmation", "payment", "reward", "ruling", "other_power", "public_service"]
# What of the lawful way a step is. A step may be several: decided and handed over at once.
Stage = Literal["apply", "prereview", "accept", "review", "decide", "deliver", "after"]


class Fact(Part, frozen=True, kw_only=True):
    """A sentence, where it is written, and whether that has to be looked at."""

    text: Prose
    source: Line = ""
    confirm: Confirm = ""


Facts = Annotated[tuple[Fact, ...], Meta(max_length=32)]


class Condition(Fact, frozen=True, kw_only=True):
    """受理条件. `proof`: the materials that show it; `proven` says how where none does (a look-up, a site visit)."""

    proof: Keys = ()
    proven: Literal["", "data", "site", "nothing"] = ""


class Wrong(Fact, frozen=True, kw_only=True):
    """What people often get wrong, and the material it is about."""

    material: Key | None = None


class Gap(Part, frozen=True, kw_only=True):
    """容缺: the paper may come so many days later, against a written promise. None: as the window agrees."""

    days: Annotated[int, Meta(ge=1, le=60)] | None = None
    unit: Unit = "working"
    confirm: Confirm = ""


class Promise(Part, frozen=True, kw_only=True):
    """告知承诺: a promise takes the paper's place; `check_days`: within which the office looks whether it was true."""

    check_days: Annotated[int, Meta(ge=1, le=365)] | None = None
    unit: Unit = "working"
    confirm: Confirm = ""


class Material(Part, frozen=True, kw_only=True):
    """申请材料. `original`, `copies`: how many of each. `need` "when": in the case that `when` says, which the fields
    `decided_by` of the form decide. `shared`: the office may fetch it itself (免提交). `blank`, `sample`: files."""

    name: Name
    source: Literal["applicant", "government", "third_party"]
    issuer: Name | None = None
    original: Count = 0
    copies: Count = 0
    paper: bool = True
    electronic: bool = False
    need: Literal["always", "when", "optional"] = "always"
    when: Prose | None = None
    decided_by: Keys = ()
    pages: Prose | None = None
    signed: Prose | None = None
    valid: Prose | None = None
    photo: Prose | None = None
    shared: bool = False
    gap: Gap | None = None
    promise: Promise | None = None
    blank: File = ""
    sample: File = ""
    note: Prose | None = None
    basis: Line = ""
    confirm: Confirm = ""


class Limit(Part, frozen=True, kw_only=True):
    """`days` 0: at once. `longer`: by how many it may be made longer."""

    days: Days
    unit: Unit = "working"
    longer: Days = 0
    text: Prose | None = None
    source: Line = ""
    confirm: Confirm = ""


class Limits(Part, frozen=True, kw_only=True):
    """法定时限, None where no law says one, and 承诺时限."""

    legal: Limit | None = None
    promised: Limit


class Charge(Part, frozen=True, kw_only=True):
    """One row of what is paid. `fen` None: the amount is assessed each time (taxes)."""

    name: Name
    fen: Annotated[int, Meta(ge=0, le=1_000_000_000)] | None = None
    assessed: bool = False
    confirm: Confirm = ""


class Fee(Part, frozen=True, kw_only=True):
    """收费. `charged` False: nothing is ever paid."""

    charged: bool = False
    charges: Annotated[tuple[Charge, ...], Meta(max_length=16)] = ()
    text: Prose | None = None
    source: Line = ""
    confirm: Confirm = ""


class Step(Part, frozen=True, kw_only=True):
    """办理流程. `picture` and `video`: files that explain it; `pictured` says what is to be seen there."""

    name: Name
    stages: Annotated[tuple[Stage, ...], Meta(min_length=1, max_length=6)]
    actor: Prose
    action: Prose
    time: Prose | None = None
    document: Prose | None = None
    picture: File = ""
    video: File = ""
    pictured: Prose | None = None
    confirm: Confirm = ""


class Place(Part, frozen=True, kw_only=True):
    name: Name
    address: Prose | None = None
    hours: Prose | None = None
    phone: Line = ""
    confirm: Confirm = ""


class Result(Part, frozen=True, kw_only=True):
    """审批结果 and how it reaches people. `years` of validity; None: without end, or no paper at all. `confirm`: of the
    years."""

    name: Name
    years: Annotated[int, Meta(ge=1, le=50)] | None = None
    valid: Fact | None = None
    renewal: Fact | None = None
    delivery: Fact | None = None
    confirm: Confirm = ""


class Contact(Part, frozen=True, kw_only=True):
    phone: Line = ""
    text: Prose | None = None
    confirm: Confirm = ""


class Question(Part, frozen=True, kw_only=True):
    """常见问题."""

    q: Prose
    a: Prose
    confirm: Confirm = ""


class Near(Part, frozen=True, kw_only=True):
    """What is easily taken for this matter: another one of the hall's, or a way to go."""

    text: Prose
    matter: Key | None = None


class Stopped(Part, frozen=True, kw_only=True):
    """停办, from the day `since` on. `replaced_by`: a matter of the hall that takes its place."""

    since: Day
    text: Prose
    replaced_by: Key | None = None


class Asked(Part, frozen=True):
    """What people said who meant this matter, from which the hall learns to know it (see docs/ask.md)."""

    questions: Annotated[tuple[Annotated[str, Meta(min_length=2, max_length=200)], ...], Meta(max_length=600)]


class Guide(Part, frozen=True, kw_only=True):
    """One matter. `id` is the name of its file. `neutral`: what it is called where others read along (beside a number,
    on a screen). `aliases`: what people call it; `keywords`: words that all occur in a question about it (see
    docs/ask.md). `service`: what numbers for it are drawn for; `form`: what is filled in; "" for none. `visits`: how
    often one has to come at most, `visits_confirm` whether that is certain. `version` goes up with each change that
    people must know, `dated` says when."""

    id: Key
    title: Name
    neutral: Name | None = None
    aliases: Annotated[tuple[_NAME, ...], Meta(max_length=64)] = ()
    keywords: Annotated[tuple[_NAME, ...], Meta(max_length=200)] = ()
    group: Key
    service: Annotated[str, Meta(max_length=64)] = ""
    form: Annotated[str, Meta(max_length=64)] = ""
    version: Annotated[int, Meta(ge=1, le=9999)] = 1
    dated: Day
    stopped: Stopped | None = None
    code: Annotated[str, Meta(max_length=40, pattern="^[0-9A-Z-]*$", description="digits and capitals")] = ""
    type: Type
    kind: Literal["at_once", "promised"]
    department: Name
    decider: Name | None = None
    scope: Fact
    visits: Annotated[int, Meta(ge=0, le=9)] | None = None
    visits_confirm: Confirm = ""
    reach: Fact | None = None
    quota: Fact | None = None
    basis: Facts = ()
    conditions: Annotated[tuple[Condition, ...], Meta(max_length=32)]
    forbidden: Facts = ()
    materials: Annotated[dict[Key, Material], Meta(min_length=1, max_length=40)]
    limits: Limits
    fee: Fee
    steps: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=16)]
    places: Annotated[tuple[Place, ...], Meta(max_length=16)] = ()
    channels: Facts = ()
    result: Result
    rights: Facts = ()
    consult: Contact | None = None
    complain: Contact | None = None
    progress: Fact | None = None
    often_wrong: Annotated[tuple[Wrong, ...], Meta(max_length=32)] = ()
    faq: Annotated[tuple[Question, ...], Meta(max_length=40)] = ()
    near: Annotated[tuple[Near, ...], Meta(max_length=16)] = ()
    asked: Asked | None = None

    def over(self, day: str) -> bool:
        """Whether it is stopped on this day; a stop that is announced is none yet."""
        return self.stopped is not None and self.stopped.since <= day

    @property
    def discreet(self) -> dict[str, str]:
        """What it is called where others read along."""
        return self.neutral or self.title
