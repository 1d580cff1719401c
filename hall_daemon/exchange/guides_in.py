"""A guide of the platform's becomes facts of ours: what law and department decide is the platform's, how it is told to
people (words, aliases, samples, English, form) stays the hall's. The result is checked as every guide is."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from hall_daemon.exchange.vocabulary import Vocabulary, ours

Tables = dict[str, Any]
MOST_MATERIALS = 60
_SOURCE = "city platform"


def laid_over(
    own: Mapping[str, Any], theirs: Mapping[str, object], words: Vocabulary, matter_of: Callable[[str], str]
) -> tuple[Tables, list[str]]:
    """The hall's own tables with the platform's facts, and what of these could not be taken over, in words of ours.
    `matter_of`: the hall's matter of a task code, "" for none. Neither argument is changed."""
    found: Tables = copy.deepcopy(dict(own))
    said = {name: theirs[word] for name, word in words.guide.items() if theirs.get(word) not in (None, "")}
    strange = [name for name, value in said.items() if name != "materials" and not isinstance(value, str | int)]
    wrong = [f"{name}: neither a text nor a number" for name in strange]
    said = {name: value for name, value in said.items() if name not in strange}
    _facts(found, said, words, wrong)
    for which in ("legal", "promised"):
        _limit(found, said, which, words, wrong)
    if "charged" in said and not _yes(said["charged"]):
        found["fee"] = {"charged": False, "source": _SOURCE}
    elif "charged" in said and not found.get("fee", {}).get("charged"):
        found["fee"] = {**found.get("fee", {}), "charged": True}
    _materials(found, said.get("materials"), words, wrong)
    _stopped(found, said, words, matter_of, wrong)
    return found, wrong


def _facts(found: Tables, said: Mapping[str, object], words: Vocabulary, wrong: list[str]) -> None:
    if "title" in said:
        found["title"] = {**found.get("title", {}), "zh": str(said["title"])}
    if "task" in said:
        found["code"] = str(said["task"])
    if "dated" in said:
        found["dated"] = str(said["dated"])[:10]
    if "version" in said:
        _number(found, "version", said["version"], wrong)
    for name, table in (("type", words.types), ("kind", words.kinds)):
        if name in said:
            word = ours(table, said[name])
            if word:
                found[name] = word
            else:
                wrong.append(f"{name}: a code that stands in no table")


def _limit(found: Tables, said: Mapping[str, object], which: str, words: Vocabulary, wrong: list[str]) -> None:
    days = said.get(f"{which}_days")
    if days is None:
        return
    limit: Tables = {"source": _SOURCE}
    unit = ours(words.units, said.get(f"{which}_unit", words.units["working"]))
    if _number(limit, "days", days, wrong) and unit:
        limits = found.setdefault("limits", {})
        longer = limits.get(which, {}).get("longer", 0)
        limits[which] = {**limit, "unit": unit, "longer": longer}
    elif not unit:
        wrong.append(f"limits.{which}: a unit that stands in no table")


def _materials(found: Tables, listed: object, words: Vocabulary, wrong: list[str]) -> None:
    """By their Chinese names. One that the hall has not is taken in; one that the platform does not list is told, as
    forms and conditions of the hall may stand on it."""
    if listed is None:
        return
    if not isinstance(listed, list) or len(listed) > MOST_MATERIALS:
        wrong.append(f"materials: no list of at most {MOST_MATERIALS}")
        return
    papers: Tables = found.setdefault("materials", {})
    keys = {paper.get("name", {}).get("zh"): key for key, paper in papers.items()}
    seen: set[str] = set()
    for at, each in enumerate(listed):
        facts = {name: each.get(word) for name, word in words.material.items()} if isinstance(each, dict) else {}
        name = facts.get("name")
        if not isinstance(name, str) or not name or name in seen:
            wrong.append(f"materials: entry {at + 1} has no name of its own")
            continue
        seen.add(name)
        key = keys.get(name) or f"platform_{at + 1}"
        papers[key] = {**papers.get(key, _new_paper(name, facts, words)), **_paper(facts, words, wrong)}
    wrong += [f"materials: {key} is not on the platform's list" for name, key in keys.items() if name not in seen]


def _new_paper(name: str, facts: Mapping[str, object], words: Vocabulary) -> Tables:
    source = ours(words.sources, facts.get("source")) or "applicant"
    issuer = str(facts.get("issuer") or "")[:80]
    made: Tables = {"name": {"zh": name, "en": name}, "source": source, "original": 1, "confirm": "local"}
    return {**made, "issuer": {"zh": issuer, "en": issuer}} if issuer else made


def _paper(facts: Mapping[str, object], words: Vocabulary, wrong: list[str]) -> Tables:
    made: Tables = {}
    for name in ("original", "copies"):
        if facts.get(name) not in (None, ""):
            _number(made, name, facts[name], wrong)
    need = ours(words.needs, facts.get("need"))
    # In which case, only the hall's own guide says.
    return {**made, "need": need} if need == "always" else made


def _stopped(
    found: Tables, said: Mapping[str, object], words: Vocabulary, matter_of: Callable[[str], str], wrong: list[str]
) -> None:
    if "state" not in said:
        return
    state = ours(words.guide_states, said["state"])
    if not state:
        wrong.append("state: a code that stands in no table")
    elif state == "active":
        found.pop("stopped", None)
    else:
        text = str(said.get("stopped_text") or ("已取消" if state == "cancelled" else "暂停办理"))[:400]
        since = str(said.get("stopped_since") or said.get("dated") or found.get("dated", ""))[:10]
        found["stopped"] = {"since": since, "text": {"zh": text}}
        instead = str(said.get("replaced_by", ""))
        if instead and matter_of(instead):
            found["stopped"]["replaced_by"] = matter_of(instead)
        elif instead:
            wrong.append("replaced_by: a matter that this hall has no guide of")


def _number(table: Tables, name: str, value: object, wrong: list[str]) -> bool:
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or len(text) > 6:
        wrong.append(f"{name}: no number")
        return False
    table[name] = int(text)
    return True


def _yes(value: object) -> bool:
    return str(value) in ("1", "true", "True", "Y", "是")
