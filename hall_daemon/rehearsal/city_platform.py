"""A city's approval platform for rehearsals and tests, with the faults that such platforms have. No socket, no thread.

It takes a record once by its key, keeps of each case the latest state, and writes down what a hall must never do
(`complaints`): another record under a known key, an old nonce, a case whose states arrive out of order.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args
from urllib.parse import parse_qs, urlsplit

from hall_daemon.exchange import signing
from hall_daemon.exchange.vocabulary import Vocabulary
from hall_daemon.matters.guide import Guide

# `delay`: answers late. `error`: 500, not taken. `lost`: taken, the answer is not. `double`: the answer before once
# more. `forged`: signed by somebody else. `stranger`: does not know the hall. `half`: the body breaks off. `redirect`:
# to somewhere else. `flood`: an answer without end. `nonsense`: signed, and no JSON. `back`: a case in the state
# before. `crossed`: a guide that contradicts itself.
Fault = Literal[
    "delay", "error", "lost", "double", "forged", "stranger", "half", "redirect", "flood", "nonsense", "back",
    "crossed",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
FLOOD = 4 * 1024 * 1024
PAGE = 100
_NEEDED = ("key", "case", "hall", "task", "record", "state", "state_at", "serial")


class Said(NamedTuple):
    """An answer; `cut`: so many bytes of it go out, None for all. `late`: after a while."""

    status: int
    body: bytes
    headers: Mapping[str, str] = {}
    cut: int | None = None
    late: bool = False


class Case(NamedTuple):
    """`order`: when its state arose, and which of one moment. `before`: the code of the state before."""

    order: tuple[str, int]
    state: str
    word: str
    before: str = ""


class CityPlatform:
    """`count` questions were asked. `fault`: asked at each for its path, None for none. `now_s`: seconds since 1970.
    Any thread."""

    def __init__(
        self, words: Vocabulary, app: str, secret: bytes, now_s: Callable[[], float],
        fault: Callable[[str], Fault | None] = lambda path: None,
    ) -> None:
        self.guides: dict[str, Mapping[str, object]] = {}
        self.cases: dict[str, Case] = {}
        self.taken: dict[str, Mapping[str, Any]] = {}
        self.complaints: list[str] = []
        self.strangers = self.count = 0
        self.fault = fault
        self.now_s = now_s
        self._words, self._app, self._secret = words, app, secret
        self._nonces: set[str] = set()
        self._before: Said | None = None
        self._door = threading.Lock()

    def forget(self) -> None:
        """All that a hall ever said."""
        with self._door:
            self.cases.clear()
            self.taken.clear()

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Said:
        path = urlsplit(target).path
        with self._door:
            self.count += 1
            fault = self.fault(path)
            refused = self._refusal(method, target, headers, body)
            if refused is not None:
                return refused
            if fault in ("error", "stranger", "redirect"):
                away = {"Location": "/elsewhere"} if fault == "redirect" else {}
                return Said({"error": 500, "stranger": 401, "redirect": 307}[fault], b"{}", away)
            status, said = self._said(method, target, path, headers, body, fault)
            return self._sent(status, json.dumps(said, ensure_ascii=False).encode(), headers[signing.NONCE], fault)

    def _said(
        self, method: str, target: str, path: str, headers: Mapping[str, str], body: bytes, fault: Fault | None
    ) -> tuple[int, Mapping[str, object]]:
        paths = self._words.paths
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        if (method, path) == ("POST", paths.records):
            return self._take(headers.get(signing.KEY, ""), body)
        if (method, path) == ("GET", paths.cases):
            return 200, self._listed(int(query.get("page", "1")), back=fault == "back")
        if (method, path) == ("GET", paths.guides):
            asked = query.get("tasks", "").split(",")
            found = [self.guides[task] for task in asked if task in self.guides]
            return 200, {"guides": [self._crossed(each) if fault == "crossed" else each for each in found]}
        return 404, {"code": "no_such_path"}

    def _sent(self, status: int, body: bytes, nonce: str, fault: Fault | None) -> Said:
        """As this fault lets it out."""
        if fault == "nonsense":
            body = b"<html>" + body
        signature = signing.of_answer(self._secret, nonce=nonce, status=status, body=body)
        said = Said(status, body, {signing.SIGNATURE: signature}, late=fault == "delay")
        before, self._before = self._before, said
        if fault == "double":
            return before or said._replace(headers={})
        if fault == "forged":
            return said._replace(headers={signing.SIGNATURE: signature[:-4] + "0000"})
        if fault == "flood":
            return said._replace(body=body + b" " * FLOOD)
        return said._replace(cut={"lost": 0, "half": len(body) // 2}.get(fault or ""))

    # -- who asks ---------------------------------------------------------------------------------------------

    def _refusal(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Said | None:
        nonce, time_s = headers.get(signing.NONCE, ""), headers.get(signing.TIME, "")
        wanted = signing.of_request(
            self._secret, method=method, target=target, app=self._app, time_s=time_s, nonce=nonce,
            key=headers.get(signing.KEY, ""), body=body,
        )
        fresh = time_s.isdigit() and abs(self.now_s() - int(time_s)) <= signing.LEEWAY_S
        if headers.get(signing.APP) != self._app or not signing.same(headers.get(signing.SIGNATURE, ""), wanted):
            self.strangers += 1
            return Said(401, b'{"code": "who_are_you"}')
        if not fresh or nonce in self._nonces:
            self.complaints.append(f"an old question: {target}")
            return Said(401, b'{"code": "old_question"}')
        self._nonces.add(nonce)
        return None

    # -- records ----------------------------------------------------------------------------------------------

    def _take(self, key: str, body: bytes) -> tuple[int, Mapping[str, object]]:
        """The same key gives the same receipt, and changes nothing."""
        try:
            record = json.loads(body)
            facts = {name: record[self._words.elements[name]] for name in _NEEDED}
        except (ValueError, KeyError, TypeError):
            return 422, {"code": "not_understood"}
        if facts["key"] != key or facts["state"] not in self._words.state_of:
            return 422, {"code": "not_understood"}
        if facts["task"] not in self.guides:
            return 422, {"code": "unknown_task"}
        receipt = f"R-{key[:12]}"
        known = self.taken.get(key)
        if known is None:
            self.taken[key] = record
            self._follow(facts, record)
        elif self._core(known) != self._core(record):
            self.complaints.append(f"another record under a known key: {key}")
        return (201 if known is None else 200), {"key": key, "receipt": receipt}

    def _core(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """All but when it was sent, and what a person may have taken back or changed since."""
        loose = (self._words.elements["sent_at"], self._words.elements["form"])
        return {name: value for name, value in record.items() if name not in loose}

    def _follow(self, facts: Mapping[str, Any], record: Mapping[str, Any]) -> None:
        case, order = str(facts["case"]), (str(facts["state_at"]), int(facts["serial"]))
        known = self.cases.get(case)
        if known is not None and order <= known.order:
            self.complaints.append(f"{case}: {facts['state']} came after what is later")
            return
        word = str(record.get(self._words.elements["state_word"], ""))
        self.cases[case] = Case(order, str(facts["state"]), word, known.state if known else "")

    def _listed(self, page: int, *, back: bool) -> Mapping[str, object]:
        case, state = self._words.elements["case"], self._words.elements["state"]
        rows = sorted(self.cases.items())
        shown = rows[(page - 1) * PAGE : page * PAGE]
        return {
            "cases": [{case: id_, state: (each.before or each.state) if back else each.state} for id_, each in shown],
            "more": len(rows) > page * PAGE,
        }

    # -- guides -----------------------------------------------------------------------------------------------

    def _crossed(self, guide: Mapping[str, object]) -> Mapping[str, object]:
        """More is promised than the law allows."""
        words = self._words.guide
        unit = self._words.units["working"]
        return {**guide, words["legal_days"]: "5", words["promised_days"]: "9", words["legal_unit"]: unit,
                words["promised_unit"]: unit, words["kind"]: self._words.kinds["promised"], words["version"]: "99"}

    def show(self) -> str:
        """What it knows, to be looked at."""
        rows = [f"{id_}  {each.state} {each.word}  {each.order[0]}" for id_, each in sorted(self.cases.items())]
        return "\n".join((f"{len(self.taken)} 条记录 records, {len(rows)} 件 cases", *rows, *self.complaints)) + "\n"


def as_the_city_says(guide: Guide, task: str, words: Vocabulary) -> Mapping[str, object]:
    """A guide of the hall's own, in the platform's words."""
    legal, promised = guide.limits.legal, guide.limits.promised
    facts: dict[str, object] = {
        "task": task, "title": guide.title["zh"], "version": str(guide.version), "dated": f"{guide.dated} 09:00:00",
        "state": words.guide_states["active"], "type": words.types.get(guide.type, ""), "kind": words.kinds[guide.kind],
        "promised_days": promised.days, "promised_unit": words.units[promised.unit],
        "charged": "1" if guide.fee.charged else "0", "materials": _materials(guide, words),
    }
    if legal is not None:
        facts |= {"legal_days": legal.days, "legal_unit": words.units[legal.unit]}
    return {words.guide[name]: value for name, value in facts.items()}


def _materials(guide: Guide, words: Vocabulary) -> Sequence[Mapping[str, object]]:
    return [
        {words.material["name"]: one.name["zh"], words.material["need"]: words.needs[one.need],
         words.material["original"]: one.original, words.material["copies"]: one.copies,
         words.material["source"]: words.sources[one.source]}
        for one in guide.materials.values()
    ]
