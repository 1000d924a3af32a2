"""The message log: what it lists under which filter."""

import html
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from homeward.core.models import AuditEvent, Organisation
from homeward.gateway.models import Feed, Message, MessagePerson
from homeward.gateway.queries import messages as queries
from tests.factories import make_organisation
from tests.factories_gateway import adt, heard, make_feed
from tests.factories_hospital import make_person
from tests.support.clock import NOON


def text(client: Client, query: str = "") -> str:
    response = client.get(f"/messages/{query}")
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def receipts(client: Client, query: str = "") -> list[int]:
    """Receipts listed, in order, read from the links."""
    page = text(client, query)
    found = [part.split("/", 1)[0] for part in page.split('href="/messages/')[1:]]
    return [int(number) for number in found if number.isdigit()]


def test_an_empty_log_says_so(desk: Client) -> None:
    assert "No message has come." in text(desk)


def test_newest_first_and_nothing_names_anybody(desk: Client) -> None:
    first, second = heard(adt(family="Secretname"), adt("A08", family="Secretname"))
    page = text(desk)
    assert receipts(desk) == [second.receipt, first.receipt]
    assert "SECRETNAME" not in page.upper()
    assert "A01 Admitted" in page
    assert "As of <time" in page


def test_filters(desk: Client, trust: Organisation) -> None:
    make_feed(trust, "maternity", application="MAT")
    early, applied, other, waiting, rejected = (
        *heard(adt(local_id="E", visit="E", at="20261119"), at=NOON - timedelta(days=2)),
        *heard(adt(local_id="A", visit="A", control_id="FIND/ME+1")),
        *heard(adt("A08", local_id="A", visit="A").replace(b"|PAS|", b"|MAT|")),
        *heard(adt(pid3="")),
        *heard(adt(processing="T")),
    )
    assert receipts(desk, "?feed=maternity") == [other.receipt]
    assert receipts(desk, "?outcome=quarantined") == [waiting.receipt]
    assert receipts(desk, "?outcome=not_taken") == [rejected.receipt, waiting.receipt]
    assert receipts(desk, "?trigger=a08") == [other.receipt]
    assert receipts(desk, "?control=FIND%2FME%2B1") == [applied.receipt]
    assert receipts(desk, "?control=FIND") == []
    assert receipts(desk, f"?control={early.control_id}") == [early.receipt]
    assert receipts(desk, "?day=2026-11-20") == [early.receipt]
    assert receipts(desk, "?within=hour&outcome=applied") == [other.receipt, applied.receipt]
    assert "Messages of the last hour." in text(desk, "?within=hour")
    assert receipts(desk, "?hour=2026-11-20T12Z") == [early.receipt]
    assert receipts(desk, "?feed=none") == []
    assert "No message fits this filter." in text(desk, "?feed=none")


def test_a_day_is_a_day_in_london_also_when_the_clock_changes(desk: Client) -> None:
    # 25 October 2026 has 25 hours: from 23:00 UTC the day before to midnight UTC.
    inside = [
        datetime(2026, 10, 24, 23, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 23, 59, tzinfo=UTC),
    ]
    for number, at in enumerate(inside):
        heard(adt(local_id=f"I{number}", visit=f"I{number}", at="20261001"), at=at)
    for number, at in enumerate(
        (datetime(2026, 10, 24, 22, 59, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))
    ):
        heard(adt(local_id=f"O{number}", visit=f"O{number}", at="20261001"), at=at)
    assert len(receipts(desk, "?day=2026-10-25")) == 2


def test_messages_about_one_person_are_audited_with_them(desk: Client) -> None:
    ours, _ = heard(
        adt(local_id="A", visit="A", family="Rowe"), adt(local_id="B", visit="B", family="Dean")
    )
    person = MessagePerson.objects.get(message=ours).person
    page = text(desk, f"?person={person}")
    assert receipts(desk, f"?person={person}") == [ours.receipt]
    assert "Messages that speak of ROWE, Ada." in page
    assert f'href="/people/{person}/"' in page
    events = AuditEvent.objects.filter(action="message.listed")
    assert [event.subjects for event in events] == [[str(person)]] * 2


def test_somebody_without_messages_has_an_empty_log(desk: Client, trust: Organisation) -> None:
    person = make_person(trust)
    assert "No message speaks of this person." in text(desk, f"?person={person.pk}")


def test_a_strangers_person_is_404(desk: Client) -> None:
    theirs = make_person(make_organisation("ZT9"))
    assert desk.get(f"/messages/?person={theirs.pk}").status_code == 404
    assert desk.get(f"/messages/?person={uuid4()}").status_code == 404


def test_a_strangers_person_is_404_although_we_know_their_key(desk: Client, client: Client) -> None:
    other = make_organisation("ZT9")
    make_feed(other)
    heard(adt(ods="ZT9"))
    person = MessagePerson.objects.get().person
    assert desk.get(f"/messages/?person={person}").status_code == 404


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?day=2026-02-30", "Day must be a real date"),
        ("?outcome=lost", "Select an outcome from the list"),
        ("?person=me", "Follow the link from a person's page"),
        ("?hour=now", "Hour must look like 2026-11-22T08Z"),
        ("?page=0", "There is a problem"),
        ("?page=none", "There is a problem"),
    ],
)
def test_a_wrong_filter_is_told_and_what_was_typed_stays(
    desk: Client, query: str, told: str
) -> None:
    response = desk.get(f"/messages/{query}&control=KEEP<ME>")
    page = response.content.decode()
    assert response.status_code == 422
    assert told in html.unescape(page)
    assert 'value="KEEP&lt;ME&gt;"' in page


def test_fifty_a_page(desk: Client) -> None:
    messages = heard(*[adt(local_id=f"H{n}", visit=f"V{n}") for n in range(120)])
    newest = [message.receipt for message in reversed(messages)]
    assert receipts(desk) == newest[:50]
    assert receipts(desk, "?page=3") == newest[100:]
    assert receipts(desk, "?page=99") == newest[100:]
    assert "?feed=pas&page=2" in text(desk, "?feed=pas")
    assert receipts(desk, "?feed=pas&page=2") == newest[50:100]


def test_a_very_long_log_is_counted_only_so_far(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_COUNTED", 60)
    heard(*[adt(local_id=f"H{n}", visit=f"V{n}") for n in range(70)])
    assert "At least 60 messages" in text(desk)
    assert len(receipts(desk, "?page=2")) == 20


def test_the_number_of_queries_does_not_grow(desk: Client) -> None:
    heard(*[adt(local_id=f"H{n}", visit=f"V{n}") for n in range(10)])
    desk.get("/messages/")
    with CaptureQueriesContext(connection) as few:
        desk.get("/messages/")
    heard(*[adt(local_id=f"H{n}", visit=f"V{n}") for n in range(10, 210)])
    with CaptureQueriesContext(connection) as many:
        desk.get("/messages/")
    assert len(many) == len(few)
    texts = [query["sql"] for query in many if 'FROM "gateway_message"' in query["sql"]]
    assert texts
    assert not any('"raw"' in sql for sql in texts)


def test_other_feeds_of_the_organisation_are_offered(desk: Client, feed: Feed) -> None:
    make_feed(make_organisation("ZT9"), "theirs")
    page = text(desk)
    assert '<option value="pas">' in page
    assert "theirs" not in page
    assert Message.objects.count() == 0
