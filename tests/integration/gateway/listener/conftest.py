"""A hospital whose feed the listener takes."""

import pytest

from homeward.gateway.models import Feed, Message
from tests.factories import make_organisation
from tests.factories_gateway import make_feed
from tests.support.mllp_client import MllpClient
from tests.support.mllp_server import HOST, listening


@pytest.fixture
def feed(transactional_db: None) -> Feed:
    """The feed pas-zt1 of trust ZT1, lenient, in original mode."""
    return make_feed(make_organisation(ods="ZT1"))


@pytest.fixture
def server(feed: Feed):
    """A listener with the default limits over the test database."""
    with listening() as running:
        yield running


@pytest.fixture
def client(server):
    """One peer of that listener."""
    with MllpClient(HOST, server.port) as connected:
        yield connected


@pytest.fixture
def outcomes():
    """Control id -> outcome of all that is in the log; fails when one is there twice."""

    def read() -> dict[str, str]:
        rows = list(Message.objects.values_list("control_id", "outcome"))
        assert len(dict(rows)) == len(rows), rows
        return dict(rows)

    return read
