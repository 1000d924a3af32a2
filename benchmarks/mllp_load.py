"""A lean MLLP sender: one outstanding message a connection, looking at MSA-1 alone.

    python -m benchmarks.mllp_load PORT FILE

FILE is a pickle of one list of framed messages for each connection. Prints one JSON object:
seconds, how many of each MSA-1, and the latency of every reply in milliseconds, sorted.
"""

import json
import pickle
import selectors
import socket
import sys
import time
from pathlib import Path

END = b"\x1c\r"
MSA = b"\rMSA|"
PATIENCE = 20.0


def connect(port: int) -> socket.socket:
    """A connection that sends at once."""
    made = socket.create_connection(("127.0.0.1", port))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.setblocking(False)
    return made


def send_all(port: int, streams: list[list[bytes]]) -> dict[str, object]:
    """Every stream on a connection of its own, all at once."""
    poll = selectors.DefaultSelector()
    waiting = [iter(stream) for stream in streams]
    sockets = [connect(port) for _ in streams]
    for index, made in enumerate(sockets):
        poll.register(made, selectors.EVENT_READ, index)
    codes: dict[str, int] = {}
    latencies: list[float] = []
    buffers = [b""] * len(streams)
    sent = [0.0] * len(streams)
    clock = time.perf_counter
    began = clock()
    for index, made in enumerate(sockets):
        sent[index] = clock()
        made.send(next(waiting[index]))
    left = len(streams)
    while left:
        ready = poll.select(PATIENCE)
        if not ready:
            raise TimeoutError(f"no reply in {PATIENCE} seconds; {left} connections still wait")
        for key, _ in ready:
            index, made = key.data, sockets[key.data]
            got = made.recv(65536)
            if not got:
                raise ConnectionError("the listener hung up")
            buffers[index] += got
            if not buffers[index].endswith(END):
                continue
            latencies.append(clock() - sent[index])
            at = buffers[index].index(MSA) + len(MSA)
            code = buffers[index][at : at + 2].decode()
            codes[code] = codes.get(code, 0) + 1
            buffers[index] = b""
            message = next(waiting[index], None)
            if message is None:
                left -= 1
                continue
            sent[index] = clock()
            made.send(message)
    seconds = clock() - began
    for made in sockets:
        made.close()
    return {
        "seconds": seconds,
        "codes": codes,
        "milliseconds": sorted(round(1000 * each, 3) for each in latencies),
    }


def main() -> None:
    """Send what the file holds and say how it went."""
    port, path = int(sys.argv[1]), Path(sys.argv[2])
    # Written by the benchmark that started this process.
    print(json.dumps(send_all(port, pickle.loads(path.read_bytes()))))


if __name__ == "__main__":
    main()
