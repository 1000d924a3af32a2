"""What every test may rely on: shut sockets and a clock that stands still."""

import socket
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

from tests.support.clock import NOON


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_sockets_are_shut():
    with pytest.raises(SocketBlockedError):
        socket.socket()


@pytest.mark.loopback
@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_a_loopback_test_reaches_no_other_machine():
    with socket.socket() as plain, pytest.raises(SocketConnectBlockedError):
        plain.connect(("192.0.2.1", 80))


def test_the_clock_stands_still_until_it_is_moved(clock):
    assert timezone.now() == NOON
    clock.forward(minutes=31)
    assert timezone.now() - NOON == timedelta(minutes=31)


def test_the_clock_refuses_a_time_without_a_zone(clock):
    with pytest.raises(ValueError, match="time zone"):
        clock.set(datetime(2026, 1, 1))
