"""Accounts and certificates that change while a real mosquitto runs: at once, and for nobody else."""

from __future__ import annotations

import os
import signal
import socket
import ssl
from pathlib import Path

import pytest

from tests.hall_daemon.adapters.certificates import self_signed
from tests.hall_daemon.adapters.listener import PATIENCE_S
from tests.hall_daemon.adapters.mqtt.guarded_broker import (
    SAYS,
    TREE,
    Caller,
    Guarded,
    answer,
    served,
    wait_for,
    wait_until_let_in,
)

# -- accounts that change while it runs ----------------------------------------------------------------


def test_a_machine_that_is_taken_away_is_cut_off_and_no_other(own: Guarded) -> None:
    known = own.credentials
    with own.call(known["screen"]) as screen, own.call(known["gateway"]) as gateway, own.call() as guest:
        own.accounts.roster.remove_machine("gateway-1", by="tool:test")
        own.broker.look()
        gateway.until(lambda: gateway.ends, "cut off")
        assert answer(own.broker.port, own.credentials["gateway"]) == "Not authorized"
        with own.hears() as hall:
            for each in (screen, guest):
                each.subscribe(f"{TREE}/state")
                hall.publish(f"{TREE}/state", b"still here")
                each.until(lambda each=each: each.topics(payload=b"still here"), "hears on")  # type: ignore[misc]
        assert (screen.ends, guest.ends) == (0, 0)


def test_a_credential_is_changed_without_a_moment_without(own: Guarded) -> None:
    first = own.credentials["gateway"]
    with own.call(first) as old:
        second = own.add("gateway-1", "gateway")
        own.broker.look()
        wait_until_let_in(own, second)
        with own.call(first) as again, own.call(second) as new, own.hears() as hall:
            for each in (old, again, new):
                each.publish(SAYS["gateway"], b"both")
            hall.until(lambda: [said for _, said, _ in hall.heard].count(b"both") == 3, "all three")
            third = own.add("gateway-1", "gateway")
            own.broker.look()
            for each in (old, again):
                each.until(lambda each=each: each.ends, "the first one is over")  # type: ignore[misc]
            wait_until_let_in(own, third)
            assert new.ends == 0
    assert answer(own.broker.port, first) == "Not authorized"
    assert len({first.rsplit(".", 1)[0], second.rsplit(".", 1)[0]}) == 2


def test_a_broker_that_was_killed_keeps_the_list(own: Guarded) -> None:
    own.accounts.roster.remove_machine("tool-1", by="tool:test")
    added = own.add("late-1", "device")
    own.broker.look()
    wait_until_let_in(own, added)
    pid = own.broker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: own.broker.pid not in (pid, None) and own.broker.health().state == "ready", "back")
    assert answer(own.broker.port, own.credentials["tool"]) == "Not authorized"
    with own.call(added) as late, own.hears() as hall:
        late.publish(f"{TREE}/state", b"forged")
        late.publish(f"{TREE}/devices/late-1/says/key", b"mine")
        hall.until(lambda: hall.topics(payload=b"mine"), "its own")
        assert not hall.topics(payload=b"forged")


# -- TLS -------------------------------------------------------------------------------------------------


def test_tls_is_for_whoever_knows_the_authority_and_has_an_account(guarded: Guarded, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.pem"
    self_signed(foreign)
    device = guarded.credentials["device"]
    assert answer(guarded.tls, device, ca=guarded.ca) == "Success"
    assert answer(guarded.tls, ca=guarded.ca) == "Not authorized", "nobody without an account"
    assert answer(guarded.tls, device) == "closed", "plain"
    with socket.create_connection(("127.0.0.1", guarded.tls), PATIENCE_S) as link:
        context = ssl.create_default_context(cafile=str(foreign))
        with pytest.raises(ssl.SSLCertVerificationError), context.wrap_socket(link, server_hostname="127.0.0.1"):
            pass


def test_a_certificate_is_renewed_under_a_session_that_stands(own: Guarded) -> None:
    before = served(own)
    with Caller(own.tls, own.credentials["device"], ca=own.ca) as device:
        self_signed(own.ca)
        own.broker.look()
        wait_for(lambda: served(own) != before, "the new certificate")
        with own.hears() as hall:
            device.publish(SAYS["device"], b"still here")
            hall.until(lambda: hall.topics(payload=b"still here"), "the session stands")
        assert device.ends == 0


def test_a_certificate_that_cannot_be_used_changes_nothing_and_stops_nothing(own: Guarded) -> None:
    before, whole = served(own), own.ca.read_bytes()
    own.ca.write_text("half a certif")
    own.broker.look()
    wait_for(lambda: own.broker.health().state == "alert", "said in health")
    assert own.broker.health().detail.startswith("certificate not renewed, the one before stays: ")
    assert served(own) == before
    with own.call(own.credentials["kiosk"]) as kiosk:
        own.accounts.roster.remove_machine("kiosk-1", by="tool:test")
        own.broker.look()
        kiosk.until(lambda: kiosk.ends, "cut off all the same")
    own.ca.write_bytes(whole)
    own.broker.look()
    wait_for(lambda: own.broker.health().state == "ready", "well again")
