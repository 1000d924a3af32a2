"""The demo makes its own health system, goes on with it, and touches no other database."""

import re
from datetime import timedelta

import pytest
from django.db.models import Count, Sum

from homeward.core.errors import BadInput
from homeward.core.models import Organisation, User
from homeward.demo.cast import CAST, PASSWORD
from homeward.demo.models import DemoRun
from homeward.demo.services import making
from homeward.demo.services.proof import compare_with_midnight
from homeward.demo.services.reset import reset
from homeward.gateway.models import Message
from homeward.gateway.services.rebuild import compare
from tests.factories import make_organisation
from tests.support.clock import NOON


@pytest.fixture(autouse=True)
def _few_days(monkeypatch):
    monkeypatch.setattr(making, "DAYS", 2)


def make(now=NOON, *, size="standard", live=False):
    return making.make_or_continue(size=size, now=now, live=live, progress=lambda _: None)


def heard():
    """Messages in the log, with the resent ones counted as often as they came."""
    totals = Message.objects.aggregate(rows=Count("pk"), repeats=Sum("repeats"))
    return totals["rows"] + totals["repeats"]


@pytest.mark.django_db
def test_a_first_start_fills_the_list_through_the_gateway():
    made, system = make()
    assert made.fresh
    assert Message.objects.filter(outcome="applied").count() > 500
    said = compare_with_midnight(system, reached=made.reached, now=NOON)
    assert len(said) == 2
    for line in said:
        found = re.search(r"(\d+) of (\d+) beds agreed at 00:00", line)
        assert found is not None
        assert found[1] == found[2]
    assert compare().equal


@pytest.mark.django_db
def test_a_later_start_goes_on_from_where_the_log_stopped():
    first, _ = make()
    before = heard()
    second, _ = make(NOON + timedelta(hours=6))
    assert not second.fresh
    assert second.reached == NOON + timedelta(hours=6)
    assert heard() == before + second.messages
    assert first.messages > second.messages > 0


@pytest.mark.django_db
def test_a_live_demo_starts_short_of_now_so_that_time_can_run():
    made, _ = make(live=True)
    assert made.reached == NOON - making.LIVE_STRETCH


@pytest.mark.django_db
def test_a_database_that_holds_something_else_is_refused():
    make_organisation("RZZ")
    with pytest.raises(BadInput, match="not made by the demo"):
        make()
    assert not DemoRun.objects.exists()
    assert Organisation.objects.count() == 1


@pytest.mark.django_db
def test_another_size_needs_a_reset():
    make()
    with pytest.raises(BadInput, match="--reset"):
        make(size="large")


@pytest.mark.django_db
def test_a_database_that_the_demo_did_not_make_is_never_reset():
    make_organisation("RZZ")
    with pytest.raises(BadInput, match="not reset"):
        reset()
    assert Organisation.objects.filter(ods_code="RZZ").exists()


@pytest.mark.django_db
def test_everyone_of_the_cast_can_sign_in_and_acts_for_their_organisation():
    make()
    for actor in CAST:
        user = User.objects.get(email=actor.email)
        assert user.check_password(PASSWORD)
        assert user.acting is not None
        assert user.acting.organisation.ods_code == actor.organisation


@pytest.mark.django_db
def test_one_click_signs_in_within_the_demo(client, settings):
    settings.HOMEWARD_DEMO = True
    make()
    response = client.post("/demo/sign-in/sister/", follow=True)
    assert response.status_code == 200
    assert "Sister Amara Bright" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("begin", "lands"),
    [("/list/?show=clashes", "/list/?show=clashes"), ("https://example.test/", "/"), ("", "/")],
)
def test_a_story_begins_on_its_own_page_and_never_elsewhere(client, settings, begin, lands):
    settings.HOMEWARD_DEMO = True
    make()
    response = client.post("/demo/sign-in/control/", {"next": begin})
    assert response["Location"] == lands


@pytest.mark.django_db
def test_there_is_no_one_click_sign_in_outside_the_demo(client, settings):
    settings.HOMEWARD_DEMO = True
    make()
    settings.HOMEWARD_DEMO = False
    assert client.post("/demo/sign-in/sister/").status_code == 404
    assert client.get("/list/").status_code == 302


@pytest.mark.django_db
def test_nobody_signs_in_by_following_a_link(client, settings):
    settings.HOMEWARD_DEMO = True
    assert client.get("/demo/sign-in/sister/").status_code == 405
