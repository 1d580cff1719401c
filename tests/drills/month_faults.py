"""What breaks in a simulated month, and how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.drills.months import Month

DAY_S, HOUR_S = 86_400.0, 3600.0


def dies(month: Month) -> None:
    month.app.dies_in = month.chance.randrange(1, 4)
    month.app.dies_where = month.chance.choice(("before", "after", "between"))


def restarted(month: Month) -> None:
    month.guarded(month.app.end, sure=True)
    month.start()


def switched_off(month: Month) -> None:
    """The machine is off for a while, and may come back with another date."""
    month.app.die()
    month.counted["switched off"] += 1
    clocks, chance = month.world.clocks, month.chance
    clocks.true += chance.choice((20.0, 600.0, 2 * HOUR_S))
    clocks.reboot()
    if chance.random() < 0.4:
        clock_walks(month)
    month.start()


def clock_walks(month: Month) -> None:
    chance, clocks = month.chance, month.world.clocks
    years = datetime.fromtimestamp(clocks.true, month.zone).year - 1970
    off = chance.choice((
        chance.uniform(-300, 300), HOUR_S, -HOUR_S, 3 * HOUR_S, -3 * HOUR_S, DAY_S, DAY_S, -DAY_S, 2 * DAY_S,
        365 * DAY_S, -years * 365.2 * DAY_S, 12 * DAY_S,
    ))
    month.counted["clock walks"] += 1
    clocks.set(off)
    month.later(chance.choice((2.0, 2.0, 120.0, 900.0, 3 * HOUR_S, 14 * HOUR_S)), lambda: clocks.set(0.0))


def synchronised(month: Month) -> None:
    month.world.clocks.synchronised = not month.world.clocks.synchronised


def disk_full(month: Month) -> None:
    """To the last page: nothing can be appended any more, and sometimes there is a reserve."""
    conn = month.app._journal._conn
    ((pages,),) = conn.execute("PRAGMA page_count")
    conn.execute(f"PRAGMA max_page_count={pages + month.chance.randrange(3)}")
    month.counted["disk full"] += 1
    if month.chance.random() < 0.5:
        month.app._journal._make_room = lambda: bool(conn.execute(f"PRAGMA max_page_count={1 << 30}"))
    else:
        month.app._journal._make_room = lambda: False


def storage_low(month: Month) -> None:
    app = month.app
    app._guard.min_free = 1 << 60
    month.later(month.chance.uniform(60, 5400), lambda: setattr(app._guard, "min_free", 1 << 20))


def vault_fails(month: Month) -> None:
    vault = month.app.vault._conn
    vault.execute("PRAGMA query_only=1")

    def heal() -> None:
        if month.app.vault._conn is vault:
            vault.execute("PRAGMA query_only=0")

    month.counted["vault fails"] += 1
    month.later(month.chance.choice((60.0, HOUR_S, 12 * HOUR_S)), heal)


def broker_away(month: Month) -> None:
    broker = month.world.broker
    broker.up, broker.lives = False, broker.lives + 1
    if month.chance.random() < 0.3:
        broker.retained.clear()
    month.counted["broker away"] += 1
    month.later(month.chance.choice((30.0, 600.0, 8 * HOUR_S)), lambda: setattr(broker, "up", True))


def device_out(month: Month) -> None:
    device = month.chance.choice(("printer-1", "printer-2", "strips", "pads", "voice"))
    month.world.out.add(device)
    month.later(month.chance.choice((60.0, HOUR_S, 10 * HOUR_S)), lambda: month.world.out.discard(device))


def follower_lags(month: Month) -> None:
    app = month.app
    app.lags = True
    month.later(month.chance.uniform(10, 900), lambda: setattr(app, "lags", False))


# How often a day each of them comes.
FAULTS: dict[Callable[[Month], None], float] = {
    dies: 2.5,
    restarted: 0.3,
    switched_off: 0.1,
    clock_walks: 0.4,
    synchronised: 0.2,
    disk_full: 0.1,
    storage_low: 0.1,
    vault_fails: 0.15,
    broker_away: 0.3,
    device_out: 0.6,
    follower_lags: 0.3,
}
