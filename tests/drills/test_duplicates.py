"""F14: a hundred thousand commands come again, as QoS 1 and a client with a bad line send them: at once, later, in the
same batch, after a restart. Each acts once, and each gets the answer of the first time."""

from __future__ import annotations

from random import Random

from hall_daemon.app.record import Accepted, Answer
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.plan import Policy
from tests.hall_daemon.app.core_rig import Rig

DUPLICATES = 100_000
COPIES = 20
# How long ago the first may have been.
REMEMBERED = 2_000
RESTARTS = 4
POLICY = Policy(recall_lock_s=0, missed_lock_s=0)


def press(dice: Random) -> c.Command:
    return dice.choice([kind("1") for kind in (c.CallNext, c.Recall, c.Start, c.Finish, c.Miss, c.Undo)])


def test_what_comes_again_acts_once_and_is_answered_as_before(dice: Random) -> None:
    rig = Rig(policy=POLICY)
    ask(rig, "", c.OpenWindow("1", "staff-1"))
    sent: list[tuple[str, c.Command, Answer]] = []
    duplicates = 0
    restart_every = DUPLICATES // (RESTARTS + 1)
    while duplicates < DUPLICATES:
        key = f"key-{len(sent)}"
        command = c.IssueTicket(services=("licence",), token=key) if dice.random() < 0.5 else press(dice)
        first = ask(rig, key, command)
        if isinstance(first, Refused):
            continue  # a refusal left no trace, and may be asked anew
        sent.append((key, command, first))
        events = rig.core.seq
        again = dice.choices(sent[-REMEMBERED:], k=COPIES)
        for key, command, _ in again:
            rig.send(command, key, key)
        while rig.core.step():
            pass
        answers, rig.answers = rig.answers, []
        assert answers == [before._replace(repeated=True) for _, _, before in again if isinstance(before, Accepted)]
        assert rig.core.seq == events
        duplicates += COPIES
        if duplicates % restart_every < COPIES:
            rig.again(policy=POLICY, hall=rig.replayed())
    numbers = [row.event.number for row in rig.store.rows if isinstance(row.event, e.TicketIssued)]
    assert len(set(numbers)) == len(numbers) > RESTARTS
    assert rig.replayed() == rig.core.hall


def ask(rig: Rig, key: str, command: c.Command) -> Answer:
    rig.send(command, key, key)
    rig.core.step()
    answers, rig.answers = rig.answers, []
    return answers[0]
