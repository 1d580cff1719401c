"""Guides, a form, papers and pre-reviews as the kiosk reads them, and the steps of filling it in. Values only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zlib import compress, crc32

from msgspec import structs

from hall_daemon.matters.fields import KindName
from hall_daemon.matters.paragraphs import paragraphs
from hall_daemon.wire import forms as f
from hall_daemon.wire import guides as g
from hall_daemon.wire import reviews as r
from hall_daemon.wire import uploads as u
from hall_daemon.words.text import same, text
from kiosk_ui.state import drafts, filling, mending, topics
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Case, Draft, Place

DAY = "2026-11-23"
CASE = Case("YS-20261123-000012", "Zt3xk0QmD1v9bWc8yLw2RfHs", 3)
SITE = "https://hall.example"
ID_NUMBER = "110101199003070011"

GUIDES = (
    ("food", "食品经营许可证（新办）", "Food business licence (new)", "business", "food-permit"),
    ("company", "公司设立登记", "Registration of a company", "business", "business-licence"),
    ("pension-join", "城乡居民基本养老保险参保登记", "Joining the pension insurance of residents", "social", "pension"),
    ("card-new", "社会保障卡申领", "Getting a social security card", "social", "social-card"),
    ("fund-rent", "租房提取住房公积金", "Housing fund for rent", "housing", "housing-fund"),
)


def guide(id_: str, zh: str, en: str, group: str, service: str) -> g.Guide:
    """A short one, of everything that a page shows."""
    return g.Guide(
        id=id_, title=text(zh, en), group=group, service=service, form="food" if id_ == "food" else "",
        dated="2026-11-28", type="licence", kind="promised",
        department=text("区市场监督管理局", "Market regulation"), visits=1,
        scope=g.Fact(text=text(
            "在本区有固定场所、卖食品或做餐饮的企业和个体工商户；只卖预包装食品的另行备案",
            "Firms and self-employed people with premises here who sell or cook food; packed food alone is filed",
        )),
        conditions=(), materials={
            "form": g.Material(name=text("食品经营许可申请书", "Application form"), source="applicant", original=1),
            "licence": g.Material(
                name=text("营业执照", "Business licence"), source="government", copies=1, shared=True
            ),
            "layout": g.Material(
                name=text("店内平面图", "Plan of the shop"), source="applicant", original=1, gap=g.Gap(days=5),
                sample="plan.png", blank="plan.pdf",
            ),
            "health": g.Material(
                name=text("健康证", "Health certificates"), source="third_party", copies=2, confirm="unsourced"
            ),
            "agent": g.Material(
                name=text("授权委托书", "Power of attorney"), source="applicant", original=1, need="when",
                when=text("委托他人办理时", "when somebody else comes for you"),
            ),
        },
        limits=g.Limits(legal=g.Limit(days=10), promised=g.Limit(days=5)), fee=g.Fee(confirm="local"),
        steps=(
            g.Step(name=text("受理", "Acceptance"), stages=("apply", "accept"), actor=text("窗口", "Window"),
                action=text("材料齐全就受理；不齐的一次性告知", "Accepted when complete; else told at once"),
                time=text("当场", "on the spot"), picture="counter.png"),
            g.Step(name=text("审查和现场核查", "Review and site visit"), stages=("review",),
                actor=text("两名以上核查人员", "Two inspectors or more"),
                action=text("到店里看布局、设施和人员", "Look at layout, equipment and staff"), confirm="unread"),
            g.Step(name=text("决定和送达", "Decision and delivery"), stages=("decide", "deliver"),
                actor=text("窗口", "Window"), action=text("发许可证", "Hands the licence out")),
        ),
        result=g.Result(years=5, name=text(
            "食品经营许可证，正本和副本各一份；电子证照同时发到手机",
            "Food licence, original and copy; an electronic one for the phone",
        )),
        places=(g.Place(name=text("二楼市场监管窗口", "Second floor, market regulation"),
            hours=text("工作日 8:30–17:30", "Working days 8:30–17:30"), confirm="local"),),
        basis=(g.Fact(text=text("食品安全法第三十五条", "Food Safety Law, art. 35"), confirm="unread"),),
        faq=(g.Question(q=text("小饭馆先办哪个证？", "Which licence comes first?"),
            a=text("先办营业执照，再办食品经营许可证。", "The business licence, then the food licence.")),),
        often_wrong=(g.Wrong(text=text("平面图没标功能间", "The plan names no rooms")),
            g.Wrong(text=text("健康证过期", "Health certificates have ended"))),
    )


def guide_view() -> g.GuideView:
    food = guide(*GUIDES[0])
    return view_of(food)


def view_of(one: g.Guide) -> g.GuideView:
    return g.GuideView(g.summary(one, DAY), one, paragraphs(one, {food: text(zh, en) for food, zh, en, *_ in GUIDES}))


def stopped_view() -> g.GuideView:
    """A matter that is done no more."""
    stop = g.Stopped(since="2026-05-01", text=text("提取改为按月自动划转", "It is paid out each month by itself"),
        replaced_by="card-new")
    return view_of(structs.replace(guide(*GUIDES[-1]), stopped=stop))


def announced_view() -> g.GuideView:
    """One that will be."""
    stop = g.Stopped(since="2027-01-01", text=text("改为备案", "It is only filed then"), replaced_by="company")
    return view_of(structs.replace(guide(*GUIDES[0]), stopped=stop))

def form() -> f.FormView:
    """A short one with a question of every kind."""
    def field(id_: str, kind: KindName, zh: str, en: str, step: str, **more: object) -> f.FormField:
        return f.FormField(id=id_, kind=kind, label=text(zh, en), step=step, **more)  # type: ignore[arg-type]

    option = f.FormOption
    return f.FormView(
        id="food", matter="food", version=1, title=text("食品经营许可申请书", "Application for a food licence"),
        steps=(f.FormStep("who", text("经营者", "You")), f.FormStep("shop", text("经营项目", "The shop"))),
        fields=(
            field("name", "name", "经营者姓名", "Name", "who", required=True, sample="测试甲", mask="name"),
            field("id_no", "id_number", "经营者身份证号", "ID number", "who", required=True, sample=ID_NUMBER,
                mask="digits", means="applicant.id_number"),
            field("place", "address", "经营场所", "Address", "shop", required=True, sample="测试街2号1层103",
                ask=text("您的店开在哪里？", "Where is your shop?"),
                often_wrong=text("和营业执照上的地址不一样", "Not as in the Business licence")),
            field("items", "choices", "经营项目", "Items", "shop", required=True,
                ask=text("您的店卖什么？", "What do you sell?"), sample=["热食类食品制售"],
                options=(
                    option("热食类食品制售", text("热食类食品制售", "Hot dishes")),
                    option("冷食类食品制售", text("冷食类食品制售", "Cold dishes")),
                    option("生食类食品制售", text("生食类食品制售", "Raw dishes")),
                    option("自制饮品制售", text("自制饮品制售", "Drinks made here")),
                    option("预包装食品销售", text("预包装食品销售", "Packaged food")),
                ),
                often_wrong=text("卖凉菜、切卤味的店，忘了选“冷食”", "Shops with cold dishes forget them"),
                cases=(
                    f.FormCase(text("炒菜、面条、包子", "Fried dishes, noodles"), same("热食"), "热食类食品制售"),
                    f.FormCase(text("凉菜、切卤味", "Cold and cured dishes"), same("冷食"), "冷食类食品制售"),
                    f.FormCase(text("寿司、刺身", "Sushi, sashimi"), same("生食"), "生食类食品制售"),
                )),
            field("agent", "choice", "谁来办", "Who comes", "shop", required=True, sample="本人办理",
                ask=text("谁来办这件事？", "Who comes for it?"),
                help=text("本人是营业执照上的那个人", "Myself: who stands on the Business licence"),
                options=(
                    option("本人办理", text("本人办理", "Myself")), option("委托办理", text("委托办理", "An agent")),
                )),
            field("area", "number", "面积", "Area", "shop", required=True, unit=text("平方米", "m²"), sample=45),
            field("opens", "date", "开业日期", "Opening day", "shop", sample="2026-12-01"),
            field("people", "group", "从业人员", "People", "shop", parts=(
                f.FormField(id="who", kind="name", label=text("姓名", "Name"), required=True, mask="name"),
                f.FormField(id="id", kind="id_number", label=text("身份证号", "ID number"), required=True,
                    mask="digits"),
            )),
        ),
        rules=(f.FormRule(id="small", level="error", fields=("area",),
            never=["lt", ["field", "area"], ["value", 80000]], say=text("面积太小", "The shop is too small"),
            mend=text("8 平方米以下走备案", "Below 8 m² it is only filed")),),
        papers=(f.FormPapers(("layout", "health"), text("都要", "Everybody")),),
        words={}, row=text("第 {row} 行", "row {row}"),
    )


ANSWERS: dict[str, object] = {
    "name": "测试甲", "id_no": ID_NUMBER, "place": "测试街2号1层103", "items": ["热食类食品制售", "冷食类食品制售"],
    "agent": "本人办理", "area": "45", "opens": "2026-12-01", "people": [{"who": "测试乙", "id": ID_NUMBER}],
}


def draft(answers: dict[str, object] | None = None, *, walk: bool = False, case: Case | None = None) -> Draft:
    begun = drafts.begun("food", form(), DAY, walk=walk)
    assert begun is not None, "it is a day"
    for name, said in (answers or {}).items():
        begun = drafts.with_answer(begun, Place(name), said)
    return replace(begun, case=case)


TITLE = text("食品经营许可证（新办）", "Food business licence (new)")


def handed(*, clear: bool = False, plan: bool = True) -> u.HandedPapers:
    """A plan whose first page is not clear, or is, or that has none; health certificates that are missing, or there."""
    blurred = u.Lack(code="blurred", say=text("看起来不清楚：拿稳手机，对好焦再拍", "Unclear: hold the phone still"))
    drawn = u.KeptPage(page=1, version=1, marks=() if clear else (blurred,), insisted=False)
    health = (u.KeptPage(page=1, version=1, marks=(), insisted=False),) if clear else ()
    return u.HandedPapers(review=CASE.review, title=TITLE, papers=(
        u.HandedPaper(id="layout", name=text("店内平面图", "Plan of the shop"), needed=True,
            pages=(drawn,) if plan else ()),
        u.HandedPaper(id="health", name=text("健康证", "Health certificates"), needed=True, pages=health),
    ))


def review(state: str, **changes: object) -> r.ReviewView:
    """As the hall says it of a review in `state`."""
    said = {"sent": text("等待预审", "Waiting to be looked at"), "passed": text("预审通过", "Passed"),
        "mend": text("需要修改", "To be mended"), "draft": text("填写中", "Being filled in")}
    lists = (r.ListView(defects=(
        r.DefectView(of="paper", id="layout", code="not_matching", page=1, field="", place=text("店内平面图", "Plan"),
            said=text("和表单不一致：照表上填的改，或者改表", "Not as in the form: mend one of them"),
            words="图上没有专间"),
        r.DefectView(of="paper", id="health", code="expired", page=1, field="",
            place=text("健康证", "Health certificates"), said=text("过期：交有效的", "Expired: a valid one is needed"),
            words=""),
    ), late=0, why_late=""),) if state == "mend" else ()
    called: Any = {"service": "food-permit", "windows": ("2", "3")} if state == "passed" else {}
    return r.ReviewView(review=CASE.review, version=4, matter="food", title=TITLE, state=state,
        state_said=said.get(state, same(state)), due="2026-12-07", about=False, left=5, papers={"layout": 1},
        note=text("预审参考，不代表受理", "Pre-review only, not an acceptance"), lists=lists,
        promised=("health",) if state == "passed" else (),
        reason="", words="", number=None, used=False, **called)


def asking(at: Place, answers: dict[str, object] | None = None) -> s.Asking:
    return filling.asking(draft(answers), at, FOOD)


def begun_before(at: Place) -> s.Asking:
    """With what an earlier review said."""
    step = asking(at, ANSWERS)
    return replace(step, draft=replace(step.draft, origins=dict.fromkeys(("place", "items", "area"), "earlier")))


FOOD = s.Guide("food", s.Guides(), guide_view())
ALL_OF_IT = s.Topics(FOOD)


def guide_read() -> Iterator[tuple[str, s.Step]]:
    """All that a guide tells, a topic of each kind, and its pictures."""
    yield "34-topics", ALL_OF_IT
    for topic in topics.TOPICS:
        yield f"34-topic-{topic}", s.Topic(ALL_OF_IT, topic)
    looked = s.Looked(s.Topic(ALL_OF_IT, "papers"), 0, "plan.png")
    yield "34-picture", replace(looked, data=page_picture())
    yield "34-picture-coming", looked
    yield "34-picture-failed", replace(looked, failed=True)


def both_ways() -> s.Guide:
    """Its plan may come later, or be promised instead."""
    view = guide_view()
    plan = structs.replace(view.guide.materials["layout"], promise=g.Promise())
    materials = {**view.guide.materials, "layout": plan}
    return replace(FOOD, view=structs.replace(view, guide=structs.replace(view.guide, materials=materials)))


def steps(now_s: float) -> Iterator[tuple[str, s.Step]]:
    """Every page of filling in, papers and what becomes of them."""
    filled = draft(ANSWERS, case=CASE)
    asked = s.AskCase(session=1, about="send", key="k", case=CASE)
    yield "40-question-choices", asking(Place("items"), ANSWERS)
    yield "40-question-choice", asking(Place("agent"))
    yield "40-question-date", replace(asking(Place("opens")), typed="202611")
    yield "40-question-id", replace(asking(Place("id_no")), typed="11010119900307001")
    yield "40-question-id-wrong", replace(asking(Place("id_no"), {"id_no": "110101199003070012"}), told=True)
    yield "40-question-text", asking(Place("place"), {"place": "测试街2号"})
    yield "40-question-pinyin", replace(asking(Place("name"), {"name": "测"}), letters="shijia")
    yield "40-question-signs", replace(asking(Place("place"), {"place": "测试街"}), keys="signs")
    yield "41-rows", asking(Place("people"), ANSWERS)
    yield "41-row-same", asking(Place("people", 1, "id"), {"id_no": ID_NUMBER})
    yield "41-row", filling.asking(filled, Place("people", 1, "who"), FOOD)
    yield "42-check-wrong", s.Check(draft=draft({**ANSWERS, "area": "5", "id_no": "1"}), before=FOOD)
    yield "42-check", s.Check(draft=filled, before=FOOD)
    yield "43-leaving", s.AskedLeave(s.Check(draft=filled, before=FOOD))
    papers = s.Papers(draft=filled, before=FOOD, handed=handed(), url=f"{SITE}/papers#s=Zt3xk0QmD1v9bWc8yLw2Rg",
        good_s=120, offered_at_s=now_s)
    yield "44-papers", papers
    yield "43-leaving-along", s.AskedLeave(papers)
    yield "43-taken", s.Taken(CASE.review)
    yield "44-papers-phone", replace(papers, claimed=True, agreed=True, number="47", handed=handed(clear=True))
    yield "44-papers-compare", replace(papers, claimed=True, number="47")
    yield "44-papers-old-code", replace(papers, url="", promised=("health",))
    yield "45-paper-unclear", replace(papers, wanted="layout")
    promising = replace(papers, before=both_ways(), handed=handed(clear=True, plan=False))
    yield "45-paper-promise", replace(promising, wanted="layout")
    yield "45-paper-promised", replace(promising, wanted="layout", promised=("layout",), instead=("layout",))
    yield "46-sending", s.Waiting(papers, asked)
    yield "46-stuck", s.Stuck(s.Trouble("send", "unreachable"), s.Waiting(papers, asked))
    yield "48-lookup-review", s.LookUp()
    yield "48-find", s.FindReview("2026112800")
    yield "48-find-person", s.FindReview("20261128000012", ID_NUMBER[:17])
    yield "47-review-found", s.Review(case=CASE._replace(token="", person=ID_NUMBER), view=review("mend"))
    for name in ("sent", "mend", "passed"):
        yield f"47-review-{name}", s.Review(case=CASE, view=review(name), draft=filled, before=FOOD)
    mended = s.Review(case=CASE, view=review("mend"), draft=filled, before=FOOD, promised=())
    later = replace(mended, promised=("health",))
    yield "47-review-again", mending.with_mended(later, lambda entry: entry.id == "layout")
    yield "47-review-reasons", s.Reasons(review=mended, at=0)
    yield "47-review-reason", replace(mended, draft=replace(filled, reasons=((0, "x"),)))
    yield "45-paper-of-list", replace(papers, wanted="layout", review=mended)
    yield "49-prove-no-card", s.Prove(review=s.Review(case=CASE._replace(token=""), view=review("mend")))
    moving = s.Moving(before=papers, case=CASE, url=f"{SITE}/case#s=Zt3xk0QmD1v9bWc8yLw2Rg", good_s=120,
        offered_at_s=now_s)
    yield "49-moving", moving
    yield "49-moving-number", replace(moving, number="47")
    yield "49-arriving", s.Arriving(token=CASE.token, number="47", title=TITLE)


def asides(now_s: float) -> Iterator[tuple[str, s.Step]]:
    """Pages with a word that leads aside, and what is read there."""
    place = asking(Place("place"), {"place": "测试街2号"})
    yield "51-question-word", place
    yield "51-choice-word", asking(Place("agent"))
    kept = handed(clear=True)
    licence = u.HandedPaper(id="licence", name=text("营业执照", "Business licence"), needed=True, pages=())
    kept = structs.replace(kept, papers=(*kept.papers, licence))
    yield "51-papers-word", s.Papers(draft=draft(ANSWERS, case=CASE), before=FOOD, handed=kept,
        url=f"{SITE}/papers#s=Zt3xk0QmD1v9bWc8yLw2Rg", good_s=120, offered_at_s=now_s)
    read = s.Aside(before=place, word="营业执照", matters=("company",), matter="company")
    yield "51-aside-coming", read
    yield "51-aside-failed", replace(read, failed=True)
    yield "51-aside", replace(read, view=view_of(guide(*GUIDES[1])))
    yield "51-aside-which", replace(read, matters=("company", "food"), matter="")


def read_here(now_s: float) -> Iterator[tuple[str, s.Step]]:
    """Pages on which a reader of the kiosk helps."""
    filled = draft(ANSWERS, case=CASE)
    papers = s.Papers(draft=filled, before=FOOD, handed=handed(), url=f"{SITE}/papers#s=Zt3xk0QmD1v9bWc8yLw2Rg",
        good_s=120, offered_at_s=now_s)
    yield "50-question-card", asking(Place("id_no"))
    yield "50-paper", replace(papers, wanted="layout")
    mended = s.Review(case=CASE, view=review("mend"), draft=filled, before=FOOD, promised=())
    yield "50-paper-of-list", replace(papers, wanted="health", handed=handed(clear=True), review=mended)
    yield "50-question-of-list", replace(asking(Place("area"), ANSWERS), review=mended)
    without = handed(clear=True, plan=False)
    yield "50-paper-promise", replace(papers, wanted="layout", before=both_ways(), handed=without)
    yield "50-shot", replace(papers, wanted="layout", shot=s.Shot("image/png", page_picture()))
    yield "50-shot-which", replace(papers, shot=s.Shot("image/png", page_picture()))
    passed = s.Review(case=CASE, view=review("passed"), draft=filled, before=FOOD)
    yield "50-review-number", replace(passed, view=structs.replace(passed.view, numbers_of="food-permit"))
    mine = structs.replace(passed.view, number="A012")
    yield "50-review-brought", replace(passed, view=mine)
    yield "50-prove", s.Prove(review=s.Review(case=CASE._replace(token=""), view=review("mend")))


def page_picture(wide: int = 420, high: int = 594) -> bytes:
    """A white page with grey lines, as a PNG."""
    def piece(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + crc32(kind + data).to_bytes(4, "big")

    blank = b"\0" + bytes([250]) * wide
    lined = b"\0" + bytes(140 if 40 < x < wide - 40 else 250 for x in range(wide))
    rows = b"".join(lined if 40 < y < high - 60 and y % 26 < 8 else blank for y in range(high))
    head = wide.to_bytes(4, "big") + high.to_bytes(4, "big") + bytes((8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", head) + piece(b"IDAT", compress(rows)) + piece(b"IEND", b"")
