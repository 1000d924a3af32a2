"""A trust with one feed and an engineer who is signed in, at noon on 22 November 2026."""

import pytest
from django.test import Client

from homeward.core.domain.roles import Role
from homeward.core.models import Organisation, User
from homeward.gateway.models import Feed
from tests.factories import make_organisation, make_user
from tests.factories_gateway import make_feed
from tests.support.clock import Clock


@pytest.fixture(autouse=True)
def stopped_clock(clock: Clock) -> Clock:
    return clock


@pytest.fixture
def trust(db: None) -> Organisation:
    return make_organisation("ZT1", name="Northfield Hospitals")


@pytest.fixture
def feed(trust: Organisation) -> Feed:
    return make_feed(trust, "pas")


@pytest.fixture
def engineer(trust: Organisation) -> User:
    return make_user(Role.INTEGRATION_ENGINEER, trust, first_name="Priya", last_name="Rao")


@pytest.fixture
def stranger(db: None) -> User:
    return make_user(Role.INTEGRATION_ENGINEER, make_organisation("ZT9"))


@pytest.fixture
def nurse(trust: Organisation) -> User:
    return make_user(Role.WARD_NURSE, trust)


@pytest.fixture
def desk(client: Client, engineer: User, feed: Feed) -> Client:
    """A browser where the engineer is signed in."""
    client.force_login(engineer)
    return client
