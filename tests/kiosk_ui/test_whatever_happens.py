"""Any order of presses, answers and waiting: what must hold whatever happens. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct, structs

from hall_daemon.wire.figures import ForecastData, ForecastFeed
from hall_daemon.wire.guides import Guides, Notices
from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.own_reviews import LentReview, OwnReview, PrintedList
from hall_daemon.wire.problems import problem
from hall_daemon.wire.readings import CardView, PageOf, ReadingView, Scanning
from hall_daemon.wire.reviews import AnswersView, KeptAnswers, OpenedReview
from hall_daemon.wire.uploads import Collected, HandoverState, MoveClaim, MoveOffer, MoveState, Offer
from kiosk_ui import sample_news
from kiosk_ui.sample_matters import CASE, ID_NUMBER, TITLE, form, handed, review
from kiosk_ui.sample_rating import served
from kiosk_ui.samples import GROUNDS, NOW_S, gallery, guide_view, guides, hall, issued, state, ticket
from kiosk_ui.state import State, reduce
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Place
from kiosk_ui.state.presses import TYPED_MAX

PRESSES = st.sampled_from(
    [*e.Key, e.ChooseQueue("general"), e.ChooseQueue("property"), e.ChooseService("enquiry"), e.TypeKey("A"),
        e.TypeKey("1"), e.ChooseGroup("business"), e.ChooseGuide("food"), e.ChooseNotice("in-one"),
        e.ChooseTopic("papers"), e.ChooseTopic("steps"),
        e.ChooseOption("本人办理"),
        e.ChooseOption("冷食类食品制售"), e.PickText("测试", 2), e.GoTo(Place("area")), e.GoTo(Place("people", 1)),
        e.ShowPaper("layout"),
        e.ChooseLevel(5), e.ChooseLevel(1), e.ChooseReason("manner"),
        e.Speak("en"), e.Switch("large"), e.Switch("senior")]
    + [e.ChooseGround(ground) for ground in GROUNDS],
)
CASE_TOLD: dict[s.CaseAbout, Struct] = {
    "form": form(), "open": OpenedReview(review=CASE.review, token=CASE.token, version=1, matter="food", form="food",
        edition=1),
    "keep": KeptAnswers(review=CASE.review, version=2, may_be_sent=True, broken=(), hidden=(), papers=(), missing=()),
    "papers": handed(clear=True), "offer": Offer(url="https://hall.example/papers#s=x", good_s=120),
    "phone": HandoverState(state="claimed", number="47"), "same": HandoverState(state="confirmed", number="47"),
    "insist": handed().papers[0], "send": review("mend"),
    "review": review("draft"), "withdraw": review("withdrawn"), "find": review("mend"),
    "page": handed(clear=True).papers[0], "scan": Scanning(1), "lend": LentReview(token=CASE.token, good_s=1800),
    "answers": AnswersView(
        review=CASE.review, version=3, answers={"area": "45", "id_no": ID_NUMBER, "gone": "x"},
        origins={"area": "person", "id_no": "card"}, times={},
    ),
    "slip_of_list": PrintedList(result="printed", detail=""),
    "move": MoveOffer(url="https://hall.example/case#s=x", rows=(), good_s=120),
    "moved": MoveState(state="claimed", number="47"), "agree": MoveState(state="confirmed", number="47"),
    "stay": MoveState(state="none", number=""),
    "claim": MoveClaim(token=CASE.token, number="47", kiosk="", title=TITLE, good_s=120),
    "own": OwnReview(review=review("passed"), token=CASE.token, good_s=1800),
    "collect": Collected(state="yours", review=CASE.review, token=CASE.token),
}
CARD = CardView(document="resident", number=ID_NUMBER, name="测试丙", latin_name="", sex="M", ethnicity="01",
    nationality="CHN", birth="1990-03-07", address="测试街9号", issuer="", valid_from="2020-01-01", valid_to="长期")
READ: tuple[dict[str, Any], ...] = (
    {"what": "card", "card": CARD}, {"what": "code", "code": "https://hall.example/case#s=x"},
    {"what": "page", "page": PageOf("image/png", 3)}, {"what": "unreadable", "unreadable": "card"},
    {"what": "code", "code": f"https://hall.example/case#r={CASE.review}&t={CASE.token}"},
    {"what": "code", "code": "https://hall.example/t/abcdefghijklmnop"}, {"what": "code", "code": CASE.review},
    {"what": "code", "code": "92110101MAKKKKKK67 \U0001f600#s=%ff&s="},
)


def feed() -> ForecastFeed:
    """A forecast of the sample's day."""
    nothing = ForecastData.nothing("demo", {"zh": "厅", "en": "Hall"})
    data = structs.replace(nothing, unknown=None, days=(sample_news.DAY_OF_QUEUES,))
    return ForecastFeed(1, "2026-11-23T01:40:00Z", 300, data)


ANSWERS = st.sampled_from(["good", "refused", "busy", "lost"])


def answer(effect: e.Effect, how: str) -> e.Event:
    """What the world might say to `effect`."""
    if isinstance(effect, e.FetchHall):
        return e.HallCame(hall(), "e") if how == "good" else e.HallLost(how)
    if isinstance(effect, e.FetchSettings):
        return {
            "good": e.SettingsCame(KioskSettings(printer="printer-1", reads=("card", "code", "page"))),
            "refused": e.SettingsRefused(problem("unknown_kiosk", {"kiosk": "k", "known": "–"})),
        }.get(how, e.SettingsLost(how))
    if isinstance(effect, e.FetchGuides):
        return e.GuidesCame(Guides(guides().groups, guides().guides)) if how == "good" else e.GuidesLost(how)
    if isinstance(effect, e.ForgetReadings):
        return e.Forgotten(done=how != "lost")
    if isinstance(effect, e.AwaitReading):
        if how != "good":
            return e.ReadingCame(effect.session, lost=how == "lost")
        said = ReadingView(n=effect.after + 1, reader="r", **READ[effect.after % len(READ)])
        return e.ReadingCame(effect.session, said, b"not a picture")
    if isinstance(effect, e.FetchNews):
        news = Notices("2026-11-23", sample_news.NOTICES) if effect.what == "notices" else feed()
        return e.NewsCame(news) if how == "good" else e.NewsLost(effect.what, how)
    if how == "lost":
        return e.Lost(effect.session, effect.about, effect.key, how)
    if how != "good":
        told = problem("busy" if how == "busy" else "ticket_over")
        return e.Refused(effect.session, effect.about, effect.key, told)
    if isinstance(effect, e.DrawNumber):
        return e.Drawn(effect.session, effect.key, issued())
    if isinstance(effect, e.FetchTicket):
        by_token = served(ticket()) if len(effect.ref) > TYPED_MAX else ticket(state="missed", can=("cancel", "return"))
        return e.TicketCame(effect.session, effect.ref, by_token)
    if isinstance(effect, e.RateVisit):
        return e.VisitRated(effect.session, effect.key)
    if isinstance(effect, e.FetchGuide):
        return e.GuideCame(effect.session, effect.matter, guide_view())
    if isinstance(effect, e.FetchPicture):
        return e.PictureCame(effect.session, effect.file, b"not a picture")
    if isinstance(effect, e.CallHelp | e.EndHelp):
        return e.HelpCalled(effect.session, effect.key, "help-1" if isinstance(effect, e.CallHelp) else "")
    if isinstance(effect, e.WatchHelp):
        return e.HelpSeen(effect.session, effect.call, coming=effect.session % 2 == 0)
    if isinstance(effect, e.FindMatters):
        return e.MattersFound(effect.session, effect.typed, ("food",))
    if isinstance(effect, s.AskCase):
        return e.CaseTold(effect.session, effect.about, effect.key, CASE_TOLD[effect.about])
    assert effect.about in ("return", "slip", "cancel"), f"nobody answers {effect}"
    return e.PressTaken(effect.session, effect.about, effect.key)


def answered(here: State, effect: e.Effect, how: str, now_s: float) -> State:
    """With the answer to an effect, and to what that asks for in turn."""
    here, effects = reduce(here, answer(effect, how), now_s)
    for following in effects:
        here = answered(here, following, how, now_s)
    return here


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(PRESSES, ANSWERS, st.floats(0, 40)), max_size=40))
def test_whatever_is_pressed_and_answered(steps: list[tuple[e.Press, str, float]]) -> None:
    """One draw at a time, a key draws for one matter only, no number is given up but one drawn here, a countdown never
    on a fresh page, and who is idle long enough is gone, whatever went before."""
    here, now_s = replace(state(), library=guides()), NOW_S
    drawn: dict[str, e.DrawNumber] = {}
    for at, (what, how, wait_s) in enumerate(steps):
        for event in (e.Tick(), e.Pressed(what, f"key-{at}")):
            here, effects = reduce(here, event, now_s)
            assert sum(isinstance(effect, e.DrawNumber) for effect in effects) <= 1
            for effect in effects:
                if isinstance(effect, e.DrawNumber):
                    assert drawn.setdefault(effect.key, effect) == effect
                if isinstance(effect, e.PressTicket) and effect.about == "cancel":
                    number = s.followed(here.session.step)
                    assert isinstance(number, s.Number)
                    assert effect.ref == number.issued.ticket
                here = answered(here, effect, how, now_s)
        now_s += wait_s
        assert not (here.fresh and here.countdown_left_s is not None)
    for _ in range(40):  # every retry of a draw, then idle time and countdown
        now_s += 10
        here, effects = reduce(here, e.Tick(), now_s)
        for effect in effects:
            here = answered(here, effect, "lost", now_s)
    assert here.fresh


def test_every_page_of_the_gallery_survives_every_press() -> None:
    for name, here in gallery():
        for what in e.Key:
            assert reduce(here, e.Pressed(what, "key-1"), NOW_S + 1).state.settings == here.settings, name
