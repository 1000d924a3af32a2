"""Go on living: the demo's hospitals send messages over MLLP, faster than time."""

import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from homeward.demo.generator import TimedMessage
from homeward.demo.models import DemoRun
from homeward.demo.services.making import system_of
from homeward.gateway.domain.hl7 import Frame, FrameReader, frame

TICK_SECONDS = 1.0
REPLY_SECONDS = 30.0
LARGEST_REPLY = 65_536
CONNECT_TRIES = 60


def send_for_ever(
    *,
    host: str,
    port: int,
    speed: float,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
) -> None:
    """Send what the hospitals do from where the log has got to, never past now.

    speed: seconds of theirs for each of ours, until they have caught up; then in step.
    Raises OSError when nothing listens.
    """
    run = DemoRun.objects.get()
    system, reached = system_of(run)
    with _connected(host, port) as peer:
        frames = FrameReader(LARGEST_REPLY)
        while True:
            step = timedelta(seconds=TICK_SECONDS * speed)
            until = min(reached + step, clock())
            count = 0
            for message in system.run(until):
                _send(peer, frames, message)
                count += 1
            if until > reached:
                reached = run.reached = until
                run.save(update_fields=["reached"])
            if count:
                say(f"{count} messages, now {reached:%d %b %H:%M} UTC")
            time.sleep(TICK_SECONDS)


def _connected(host: str, port: int) -> socket.socket:
    """A connection, once the listener is there: both start at the same time."""
    for _ in range(CONNECT_TRIES):
        try:
            return socket.create_connection((host, port), timeout=REPLY_SECONDS)
        except OSError:
            time.sleep(1)
    return socket.create_connection((host, port), timeout=REPLY_SECONDS)


def _send(peer: socket.socket, frames: FrameReader, message: TimedMessage) -> None:
    peer.sendall(frame(message.text))
    while True:
        data = peer.recv(LARGEST_REPLY)
        if not data:
            raise ConnectionError("the listener closed the connection")
        if any(isinstance(event, Frame) for event in frames.feed(data)):
            return
