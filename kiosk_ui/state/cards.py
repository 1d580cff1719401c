"""What a card or a licence's code says, as answers of the form that is open. Pure.

A card answers all that the form asks of the person of the open question: who lays the agent's card at the agent's
question fills in the agent. What it says is a person's, and goes with the draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hall_daemon.matters.facts import numbers_in
from hall_daemon.matters.fields import FOREVER
from hall_daemon.matters.formats import id_number
from hall_daemon.wire.forms import FormField
from hall_daemon.wire.readings import CardView
from kiosk_ui.state import drafts
from kiosk_ui.state.drafts import Draft, Place

_SEX = {"M": "男", "F": "女"}
# GB/T 3304: 01 is the first.
_PEOPLES = tuple(
    name for line in (
        "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山",
        "拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克",
        "怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺",
    ) for name in line.split()
)
# What of a person stands on a card, by the last word of what a field means.
_ON_CARD = frozenset({"name", "id_number", "birth", "sex", "nation", "address", "id_expiry"})
_BY_KIND = {"name": "name", "id_number": "id_number"}


def card_helps(draft: Draft, at: Place) -> bool:
    """Whether the open question is one that a card answers."""
    return _part_of_card(drafts.asked_at(draft, at)) != ""


def code_helps(draft: Draft, at: Place) -> bool:
    """Whether the open question is one that a licence's code answers."""
    return drafts.asked_at(draft, at).kind == "uscc"


def with_card(draft: Draft, at: Place, card: CardView) -> Draft:
    """The same where the card answers nothing."""
    said = _said(card, draft.today)
    for place, field, part in tuple(_places(draft, at)):
        value = _fitting(field, said.get(part, ""))
        if value:
            draft = drafts.with_answer(draft, place, value, "card")
    return draft


def with_code(draft: Draft, at: Place, text: str) -> Draft:
    """A licence's code holds the number of whom it is for."""
    found = next((fact.value for fact in numbers_in(text, draft.today) if fact.kind == "uscc"), "")
    return drafts.with_answer(draft, at, found, "licence") if found and code_helps(draft, at) else draft


def _said(card: CardView, today: int) -> Mapping[str, str]:
    """Numbers of other papers than an ID card, or a residence permit, fit no field for an ID number."""
    return {
        "name": card.name or card.latin_name, "id_number": card.number if id_number(card.number, today) else "",
        "birth": card.birth, "sex": _SEX.get(card.sex, ""), "address": card.address, "id_expiry": card.valid_to,
        "nation": _people(card.ethnicity),
    }


def _people(code: str) -> str:
    known = code.isascii() and code.isdigit() and 1 <= int(code) <= len(_PEOPLES)
    return f"{_PEOPLES[int(code) - 1]}族" if known else ""


def _places(draft: Draft, at: Place) -> Iterator[tuple[Place, FormField, str]]:
    """Every question about the person of the open one, and what of a card answers it."""
    field = drafts.asked_at(draft, at)
    if at.part:
        group = next(each for each in draft.form.fields if each.id == at.field)
        yield from ((Place(at.field, at.row, each.id), each, part) for each in group.parts
            if (part := _part_of_card(each)))
        return
    whose = field.means.rpartition(".")[0]
    fields = [each for each in draft.form.fields if each.means.rpartition(".")[0] == whose] if whose else [field]
    yield from ((Place(each.id), each, part) for each in fields if (part := _part_of_card(each)))


def _part_of_card(field: FormField) -> str:
    whose, _, last = field.means.rpartition(".")
    if not field.means:
        return _BY_KIND.get(field.kind, "")
    return last if last in _ON_CARD and whose != "org" else ""


def _fitting(field: FormField, said: str) -> str:
    """As the field holds it, "" for what it does not take."""
    if field.options:
        return next((each.value for each in field.options if said and said in (each.value, each.label.get("zh"))), "")
    return said if said != FOREVER or field.kind == "expiry" else ""
