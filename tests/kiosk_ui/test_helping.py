"""叫人帮忙 at a kiosk: the call, what became of it, and its end; before a real hall too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hall_daemon.wire.problems import problem
from kiosk_ui.samples import drawn_number, guide_view, guides, state
from kiosk_ui.state import State
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.helping import LOOK_S
from kiosk_ui.state.reducer import reduce
from tests.kiosk_ui.pages import names, notice, page
from tests.kiosk_ui.steps import AT, after, press, pressed, told
from tests.kiosk_ui.visitors import Visitor, food_hall

NOT_KNOWN = e.Refused(1, "helper", "c", problem("unknown_help"))


def called(before: s.Step = s.FIRST, *, coming: bool = False) -> State:
    here = replace(state(step=before), library=guides())
    asked = press(here, e.Key.CALL_HELP, "k").state
    return after(asked, e.HelpCalled(1, "k", "c", coming))


def title(here: State) -> str:
    return notice(here).title


def test_who_called_hears_that_somebody_comes() -> None:
    here = called()
    assert (title(here), names(page(here).actions)) == ("已经叫人，请在这里等", ["end-help"])
    assert e.WatchHelp(1, "c") in told(here, AT + LOOK_S)
    coming = after(here, e.HelpSeen(1, "c", coming=True))
    assert (title(coming), notice(coming).tone) == ("有人正在过来，请在这里等", "good")
    assert after(here, e.HelpSeen(1, "other", coming=True)).session == here.session
    assert e.WatchHelp(1, "c") in told(coming, AT + LOOK_S)
    assert title(called(coming=True)) == "有人正在过来，请在这里等", "the hall said so at once"


def test_a_call_that_nobody_answers_says_so_and_one_that_is_gone_may_be_made_again() -> None:
    here = called()
    late = after(here, e.HelpSeen(1, "c", coming=False), at_s=AT + 61)
    assert (title(late), notice(late).tone) == ("没人应答？可去服务台", "plain")
    away = after(here, e.Lost(1, "helper", "c", "no answer"))
    assert title(away) == "已经叫人，请在这里等", "the hall may only be slow"
    assert e.WatchHelp(1, "c") in told(away, AT + LOOK_S)
    gone = after(here, NOT_KNOWN)
    assert (title(gone), names(page(gone).actions)) == ("没等到人？可以再叫一次", ["again"])
    again, effects = press(gone, e.Key.TRY_AGAIN, "k2")
    assert (again.session.step, effects) == (s.Help(before=s.FIRST, key="k2"), (e.CallHelp(1, "k2"),))
    failed = after(again, e.Lost(1, "help", "k2", "no answer"))
    assert names(page(failed).actions) == ["again"]
    assert press(failed, e.Key.TRY_AGAIN, "k3").effects == (e.CallHelp(1, "k3"),)
    assert press(here, e.Key.TRY_AGAIN, "k4").effects == (), "one that is open is made once"


def test_whoever_goes_back_to_their_page_finds_their_call_again() -> None:
    here = pressed(called(s.Search(typed="ab")), e.Key.BACK)
    assert here.session.step == s.Search(typed="ab")
    for way in ((), (e.Key.HOME,)):
        found, effects = press(pressed(here, *way), e.Key.CALL_HELP)
        assert (title(found), effects) == ("已经叫人，请在这里等", ())
        assert e.WatchHelp(found.session_no, "c") in told(found)
        ended, effects = press(found, e.Key.END_HELP, "k2")
        assert effects == (e.EndHelp(found.session_no, "k2", "c"),)
        assert ended.session.helped is None
        done = after(ended, e.HelpCalled(found.session_no, "k2"))
        assert title(done) == "已取消，不会有人过来"


def test_who_is_done_takes_the_call_back_and_who_only_stands_there_is_waited_for() -> None:
    here = pressed(called(drawn_number()), e.Key.BACK)
    done, effects = press(here, e.Key.FINISH)
    assert e.EndHelp(1, "done", "c") in effects
    assert done.session.helped is None
    assert not [each for each in press(state(step=drawn_number()), e.Key.FINISH).effects if isinstance(each, e.EndHelp)]
    waiting = called()
    assert replace(waiting, now_s=AT + waiting.settings.idle_s + 1).countdown_left_s is None
    wiped, effects = press(waiting, e.Key.BACK).state, told(waiting, AT + 10 * waiting.settings.idle_s)
    assert wiped.session.helped is not None
    assert not [each for each in effects if isinstance(each, e.EndHelp)]


@pytest.mark.parametrize("way", [(e.Key.BACK,), (e.Key.HOME,)])
def test_a_call_is_known_though_its_page_was_left_before_the_hall_answered(way: tuple[e.Key, ...]) -> None:
    calling = press(replace(state(step=s.Search()), library=guides()), e.Key.CALL_HELP, "k").state
    left = pressed(calling, *way)
    found, effects = press(left, e.Key.CALL_HELP, "other")
    assert (title(found), effects) == ("正在叫人…", ()), "one call, not two"
    assert not [each for each in told(found) if isinstance(each, e.WatchHelp)], "it has no name yet"
    known = after(left, e.HelpCalled(1, "k", "c"))
    again, effects = press(known, e.Key.CALL_HELP, "other")
    assert (title(again), effects) == ("已经叫人，请在这里等", ())
    assert e.EndHelp(known.session_no, "done", "c") in press(known, e.Key.FINISH).effects
    nobody = after(left, e.Lost(1, "help", "k", "no answer"))
    assert press(nobody, e.Key.CALL_HELP, "k2").effects == (e.CallHelp(nobody.session_no, "k2"),)


def test_a_call_whose_person_is_done_before_the_hall_answers_is_taken_back_then() -> None:
    calling = press(state(step=drawn_number()), e.Key.CALL_HELP, "k").state
    done, effects = press(pressed(calling, e.Key.BACK), e.Key.FINISH)
    assert not [each for each in effects if isinstance(each, e.EndHelp)]
    late = reduce(done, e.HelpCalled(1, "k", "c"), AT)
    assert late.effects == (e.EndHelp(done.session_no, "done", "c"),)
    assert reduce(done, e.HelpCalled(1, "done"), AT).effects == (), "the end of that"


def test_a_call_that_could_not_be_taken_back_may_be_taken_back_again() -> None:
    ending = press(called(), e.Key.END_HELP, "k2").state
    failed = after(ending, e.Lost(1, "help", "k2", "no answer"))
    assert names(page(failed).actions) == ["end-help"]
    assert e.EndHelp(1, "done", "c") in press(pressed(failed, e.Key.BACK), e.Key.FINISH).effects
    again, effects = press(failed, e.Key.END_HELP, "k3")
    assert effects == (e.EndHelp(1, "k3", "c"),)
    assert title(after(again, e.HelpCalled(1, "k3"))) == "已取消，不会有人过来"
    over = after(ending, e.Refused(1, "help", "k2", problem("unknown_help")))
    assert (title(over), names(page(over).actions)) == ("已取消，不会有人过来", []), "it was over already"
    idle_s = failed.settings.idle_s
    assert replace(failed, now_s=failed.touched_at_s + idle_s + 1).countdown_left_s is not None, "nobody is awaited"


@pytest.mark.parametrize("step", [
    s.Guide("food", s.Guides(), guide_view()), s.Topics(s.Guide("food", s.Guides(), guide_view())),
    s.Topic(s.Topics(s.Guide("food", s.Guides(), guide_view())), "papers"),
])
def test_a_call_says_which_matter_it_is_about(step: s.Step) -> None:
    here = replace(state(step=step), library=guides())
    assert press(here, e.Key.CALL_HELP, "k").effects == (e.CallHelp(1, "k", "food"),)
    assert press(replace(here, library=type(here.library)()), e.Key.CALL_HELP, "k").effects == (e.CallHelp(1, "k"),)


def test_before_a_real_hall(tmp_path: Path) -> None:
    with food_hall(tmp_path, []) as rig:
        visitor, staff = Visitor(rig), {"X-Hall-Client": "staff:1"}
        visitor.press(e.Key.OPEN_GUIDES, e.ChooseGroup("business"), e.ChooseGuide("company-setup"), e.Key.CALL_HELP)
        (call,) = rig.staff.get("/api/v1/helps").json()["helps"]
        assert (call["place"], call["matter"], call["state"]) == ("kiosk-1", "company-setup", "open")
        rig.staff.post(f"/api/v1/helps/{call['help']}/answer", headers=staff)
        visitor.wait(LOOK_S)
        assert title(visitor.state) == "有人正在过来，请在这里等"
        visitor.press(e.Key.END_HELP)
        assert rig.staff.get("/api/v1/helps").json()["helps"] == []
        visitor.press(e.Key.BACK, e.Key.CALL_HELP)
        (call,) = rig.staff.get("/api/v1/helps").json()["helps"]
        rig.staff.post(f"/api/v1/helps/{call['help']}/withdraw", headers=staff)  # as a hall that began anew
        visitor.wait(LOOK_S)
        assert title(visitor.state) == "没等到人？可以再叫一次"
        visitor.press(e.Key.TRY_AGAIN)
        assert len(rig.staff.get("/api/v1/helps").json()["helps"]) == 1
