"""A trust with a nurse and a coordinator, at noon on 22 November 2026."""

import pytest
from django.test import Client

from homeward.core.domain.roles import Role
from homeward.core.models import Organisation, User
from tests.factories import make_organisation, make_user
from tests.support.clock import Clock


@pytest.fixture(autouse=True)
def stopped_clock(clock: Clock) -> Clock:
    return clock


@pytest.fixture
def trust(db: None) -> Organisation:
    return make_organisation("ZT1", name="Northfield Hospitals")


@pytest.fixture
def nurse(trust: Organisation) -> User:
    """On ward ASH of site ZT101."""
    return make_user(Role.WARD_NURSE, trust, ward="ASH", site="ZT101")


@pytest.fixture
def coordinator(trust: Organisation) -> User:
    """On no ward of her own."""
    return make_user(Role.DISCHARGE_COORDINATOR, trust)


@pytest.fixture
def stranger(db: None) -> User:
    return make_user(Role.DISCHARGE_COORDINATOR, make_organisation("ZT9"))


@pytest.fixture
def desk(client: Client, coordinator: User) -> Client:
    """A browser where the coordinator is signed in."""
    client.force_login(coordinator)
    return client
