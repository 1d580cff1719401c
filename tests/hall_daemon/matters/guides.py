"""A small guide without a mistake, to be changed by a test."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from hall_daemon.matters.guide import Guide
from hall_daemon.matters.lint import Known, findings

KNOWN = Known(matters={"stall", "shop"}, groups={"business"}, services={"licence"}, forms={"stall"})

PLAIN: dict[str, Any] = {
    "id": "stall",
    "title": {"zh": "摆摊备案", "en": "Market stall"},
    "aliases": ["摆摊"],
    "group": "business",
    "service": "licence",
    "form": "stall",
    "dated": "2026-11-28",
    "type": "public_service",
    "kind": "promised",
    "department": {"zh": "街道办", "en": "Sub-district office"},
    "scope": {"text": {"zh": "住在本街道的人"}},
    "conditions": [{"text": {"zh": "有身份证"}, "proof": ["id_card"]}],
    "materials": {
        "id_card": {"name": {"zh": "身份证", "en": "ID card"}, "source": "applicant", "original": 1},
        "plan": {
            "name": {"zh": "位置图", "en": "Plan"}, "source": "applicant", "copies": 1, "gap": {"days": 2},
            "promise": {"confirm": "local"}, "need": "when", "when": {"zh": "占道时"}, "decided_by": ["street"],
        },
    },
    "limits": {"legal": {"days": 5}, "promised": {"days": 3}},
    "fee": {"charged": True, "charges": [{"name": {"zh": "工本费", "en": "Card"}, "fen": 1250}]},
    "steps": [
        {"name": {"zh": n, "en": n}, "stages": s, "actor": {"zh": "窗口"}, "action": {"zh": n}}
        for n, s in (("受理", ["apply", "accept"]), ("决定", ["decide"]), ("送达", ["deliver"]))
    ],
    "result": {"name": {"zh": "备案证", "en": "Slip"}},
    "faq": [{"q": {"zh": "多少钱？", "en": "How much?"}, "a": {"zh": "12.5 元"}, "confirm": "local"}],
}


def changed(path: Iterable[str | int], value: Any) -> dict[str, Any]:
    """PLAIN with one value changed; None takes it out."""
    tables = msgspec.json.decode(msgspec.json.encode(PLAIN))
    *way, last = path
    place = tables
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return dict(tables)


def guide(*path: str | int, value: Any = None) -> Guide:
    return msgspec.convert(changed(path, value) if path else PLAIN, Guide)


def said(*path: str | int, value: Any) -> list[str]:
    """What the linter says, `path: message`."""
    return [
        f"{'.'.join(map(str, one.path))}: {one.message}" for one in findings(guide(*path, value=value), KNOWN)
    ]
