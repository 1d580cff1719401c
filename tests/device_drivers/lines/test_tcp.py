"""A TCP line against a listener of our own on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from device_drivers.errors import LinkDown
from device_drivers.lines.tcp import TcpLine, TcpOptions


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_bytes_go_both_ways_and_a_closed_peer_is_link_down(listener: socket.socket) -> None:
    line = TcpLine("line-printer", TcpOptions("127.0.0.1", listener.getsockname()[1]))
    line.open()
    peer, _ = listener.accept()
    with peer:
        line.write(b"\x10\x04\x01")
        assert peer.recv(3) == b"\x10\x04\x01"
        peer.sendall(b"\x16")
        assert line.read(5.0) == b"\x16"
        assert line.read(0.0) == b""
        line.cancel_read()
        assert line.read(60.0) == b""
    with pytest.raises(LinkDown, match="closed the connection"):
        line.read(5.0)
    line.close()


def test_a_printer_that_does_not_take_bytes_does_not_hold_the_thread(listener: socket.socket) -> None:
    line = TcpLine("line-printer", TcpOptions("127.0.0.1", listener.getsockname()[1], write_timeout_s=0.05))
    line.open()
    with pytest.raises(LinkDown, match=r"in 0\.05 s"):
        line.write(bytes(50_000_000))
    line.close()


def test_a_refusal_says_what_to_check() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(LinkDown, match=rf"127.0.0.1:{port} refuses: check its port and program"):
        TcpLine("line-printer", TcpOptions("127.0.0.1", port)).open()


def test_an_impossible_name_is_link_down() -> None:
    with pytest.raises(LinkDown, match=r"no host printer\.\.hall: check the name"):
        TcpLine("line-printer", TcpOptions("printer..hall")).open()


def test_an_address_that_leads_nowhere_is_link_down() -> None:
    with pytest.raises(LinkDown, match=r"255\.255\.255\.255:9100 does not answer .*: check its power"):
        TcpLine("line-printer", TcpOptions("255.255.255.255")).open()
