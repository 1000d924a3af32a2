"""Headers of every page, and the state of the system."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django_q.models import OrmQ, Schedule

from homeward.core import jobs, queries
from homeward.core.models import FeedStatus
from tests.factories import make_organisation, make_user
from tests.support.clock import NOON

pytestmark = pytest.mark.django_db


def make_pulse(feed: str, heard_minutes_ago: int | None, organisation=None, **more) -> FeedStatus:
    heard = None if heard_minutes_ago is None else NOON - timedelta(minutes=heard_minutes_ago)
    return FeedStatus.objects.create(
        feed=feed,
        organisation=organisation or make_organisation("ZF1"),
        last_heard_at=heard,
        **more,
    )


def policy(response) -> dict[str, str]:
    parts = response["Content-Security-Policy"].split("; ")
    return {name: rest for name, _, rest in (part.partition(" ") for part in parts)}


@pytest.mark.parametrize("path", ["/accounts/login/", "/healthz", "/no-such-page"])
def test_every_page_forbids_what_is_inline_or_from_elsewhere(client, path):
    sent = policy(client.get(path))
    assert sent["default-src"] == sent["script-src"] == sent["style-src"] == "'self'"
    assert sent["frame-ancestors"] == sent["object-src"] == sent["base-uri"] == "'none'"
    assert sent["form-action"] == "'self'"
    assert not any("unsafe" in rest or "http" in rest for rest in sent.values())


def test_other_security_headers(client):
    response = client.get("/accounts/login/")
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_cookies_are_kept_from_scripts_and_other_sites(client):
    client.post("/accounts/login/", {"login": make_user(password="p").email, "password": "p"})
    for name in ("sessionid", "csrftoken"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_production_sends_cookies_over_tls_only_and_needs_its_own_key():
    program = (
        "from homeward.config.settings import production as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0)"
    )
    environment = {**os.environ, "HOMEWARD_SECRET_KEY": "of our own"}
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "True True True\n"
    del environment["HOMEWARD_SECRET_KEY"]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
    assert "HOMEWARD_SECRET_KEY" in done.stderr


def test_health_answers_before_anybody_signs_in(client, clock):
    make_pulse("pas", 5)
    make_pulse("old", 90)
    make_pulse("new", None)
    jobs.ensure_schedules()
    Schedule.objects.update(next_run=NOON)
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "feeds": {"new": "never heard", "old": "silent", "pas": "heard"},
        "queue": {"state": "ok", "waiting": 0, "scheduled": 2},
    }
    assert "no-store" in response["Cache-Control"]


def test_health_says_when_no_worker_runs(client, clock):
    jobs.ensure_schedules()
    Schedule.objects.update(next_run=NOON - timedelta(minutes=6))
    OrmQ.objects.create(key="homeward", payload="x", lock=NOON)
    queue = client.get("/healthz").json()["queue"]
    assert queue == {"state": "late", "waiting": 1, "scheduled": 2}


def test_health_says_when_nothing_is_scheduled(client):
    assert client.get("/healthz").json()["queue"]["state"] == "nothing scheduled"


def test_health_is_503_when_the_database_is_down(client, monkeypatch):
    def down():
        raise DatabaseError("could not connect to db.internal as homeward")

    monkeypatch.setattr("django.db.connection.ensure_connection", down)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["status"] == response.json()["database"] == "down"
    assert "db.internal" not in response.content.decode()


def test_pulses_of_the_acting_organisation(django_assert_num_queries):
    organisation = make_organisation()
    make_pulse("strange", 1)
    make_pulse("fresh", 60, organisation)
    make_pulse("late", 61, organisation)
    make_pulse("slow", 61, organisation, silent_after_minutes=120)
    make_pulse("new", None, organisation)
    user = make_user(organisation=organisation)
    with django_assert_num_queries(1):
        pulses = queries.feed_pulses(user, NOON)
    assert [(p.feed, p.silent, p.silent_since) for p in pulses] == [
        ("fresh", False, None),
        ("late", True, NOON - timedelta(minutes=61)),
        ("new", True, None),
        ("slow", False, None),
    ]


def test_somebody_without_a_role_sees_no_pulses():
    make_pulse("pas", 1)
    assert queries.feed_pulses(make_user(None), NOON) == []
