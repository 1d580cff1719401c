"""What is kept of a question has nobody in it, with the library that knows names and without."""

from __future__ import annotations

from functools import cache

import pytest

from hall_daemon.ask.persons import tagger, without_person
from hall_daemon.ask.text import plain
from hall_daemon.config import load
from hall_daemon.config.guides import read_shelf
from tests.hall_daemon.ask.asked import CONFIG, OURS, read

BOTH = pytest.mark.parametrize("tag", [tagger(), tagger("no_such_library")], ids=["rjieba", "none"])


@cache
def known() -> str:
    guides = read_shelf(load(CONFIG)).guides.values()
    return "\n".join(plain(name) for one in guides for name in (*one.title.values(), *one.aliases, *one.keywords))


def kept(question: str, tag: object) -> str:
    return without_person(plain(question), tag, known())  # type: ignore[arg-type]


@BOTH
@pytest.mark.parametrize(("question", "left"), [
    ("张三的社保卡丢了", "…的社保卡丢了"), ("我叫欧阳锋", "我叫…"), ("我叫\U0002bff1三", "我叫…"),
    ("户主：陈大文", "户主:…"), ("我爸李建国的社保卡", "我爸…的社保卡"), ("帮王秀兰办", "帮…办"),
    ("康桂英要办社保卡", "…要办社保卡"), ("齐小琴的证", "…的证"), ("帮齐小琴领证", "帮…领证"),
    ("柳红梅的低保", "…的低保"), ("盛大伟要办证", "…要办证"), ("关雪的户口", "…的户口"), ("我妈叫刘翠花", "我妈叫…"),
    ("聂小倩的社保卡", "…的社保卡"),
    ("武则天要办居住证", "…要办居住证"), ("刘老师的证", "…老师的证"), ("王秀兰，女，72岁", "…,女,72岁"),
    ("买买提·艾力江", "…"), ("my name is John Smith", "my name is…"),
    ("110101199003070011丢了", "…丢了"), ("１１０１０１１９９００３０７００１１", "…"), ("138·0013·8000", "…"),
    ("4401/0319/900307", "…"), ("一三八零零一三八零零零", "…"), ("粤B12345", "粤…"), ("粤BD1234", "粤…"),
    ("微信wx_abc123", "微信…"),
    ("住人民路12号3栋502", "…"), ("a.b@c.cn", "…"),
])
def test_nobody_is_left(question: str, left: str, tag: object) -> None:
    assert kept(question, tag) == left


def test_a_name_alone_is_known_by_the_library() -> None:
    assert kept("李建国老年证怎么办", tagger()) == "…老年证怎么办"
    for name in ("聂小倩", "章子怡", "岳云鹏", "辛晓琪", "茅小红"):
        assert kept(f"{name}社保卡丢了", tagger()).startswith("…"), name


@BOTH
@pytest.mark.parametrize("question", [
    "许可证丢了", "高中毕业证", "周末的办事时间", "孙子的医保", "那张卡找不到了", "3号窗口在哪", "帮我叫一下导办员",
    "公司名字能改吗", "I'm opening a shop", "粉红色的小本子怎么弄", "我是外地人", "个体户营业执照",
])
def test_what_is_nobody_stays(question: str, tag: object) -> None:
    assert kept(question, tag) == plain(question)


@BOTH
def test_questions_of_people_lose_little(tag: object) -> None:
    questions = [plain(each.q) for each in read(OURS)]
    assert sum(kept(each, tag) != each for each in questions) <= 0.02 * len(questions)
