"""Groups of messages that wait, and deciding on all of a group at once."""

import html
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from homeward.core.models import AuditEvent, Organisation
from homeward.gateway.models import Feed, Message, MessageDecision, Outcome
from homeward.gateway.services import group_decisions
from tests.factories import make_organisation
from tests.factories_gateway import adt, heard, make_feed
from tests.support.clock import NOON

GROUP = "/quarantine/waiting/pas/unknown_class/"


@pytest.fixture(autouse=True)
def strict(feed: Feed) -> None:
    Feed.objects.update(strict=True)


def unmapped(count: int, start: int = 0) -> list[Message]:
    """So many messages of a class that nobody mapped."""
    numbers = range(start, start + count)
    return heard(*[adt(patient_class="ZZ", local_id=f"H{n}", visit=f"V{n}") for n in numbers])


def text(response) -> str:
    return html.unescape(response.content.decode())


def test_an_empty_quarantine_says_what_that_means(desk: Client) -> None:
    assert "Nothing waits in quarantine" in text(desk.get("/quarantine/"))
    assert "No message was rejected" in text(desk.get("/quarantine/rejected/"))


def test_messages_are_grouped_by_cause_and_feed_with_what_mends_them(
    desk: Client, trust: Organisation
) -> None:
    make_feed(trust, "maternity", application="MAT", strict=True)
    unmapped(3)
    heard(adt(patient_class="ZZ", local_id="M").replace(b"|PAS|", b"|MAT|"))
    heard(adt(pid3="", at="20261122110000"))
    page = text(desk.get("/quarantine/"))
    assert "A patient class nobody mapped: 3 messages from pas" in page
    assert "A patient class nobody mapped: 1 message from maternity" in page
    assert "No hospital number: 1 message from pas" in page
    assert "Add the code under “Patient classes”" in page
    assert page.index("3 messages from pas") < page.index("1 message from maternity")
    assert f'href="{GROUP}"' in page


def test_the_tabs_count_what_they_lead_to(desk: Client) -> None:
    unmapped(2)
    heard(adt(processing="T"))
    page = text(desk.get("/quarantine/rejected/"))
    assert '2</span> <span class="hw-counts__text">waiting in quarantine' in page
    assert '1</span> <span class="hw-counts__text">rejected' in page
    assert "Not meant for this system: 1 message from pas" in page


def test_one_mended_mapping_replays_the_whole_group(desk: Client) -> None:
    unmapped(120)
    Feed.objects.update(class_map={"ZZ": "inpatient"})
    page = text(desk.get(GROUP))
    assert "Replay all 120" in page
    done = text(desk.post(f"{GROUP}replay/", {"after": "0", "upto": ""}, follow=True))
    assert "Replayed 120: 120 applied" in done
    assert "Nothing waits in quarantine" in done
    assert set(Message.objects.values_list("outcome", flat=True)) == {"applied"}


def test_a_replay_says_how_many_still_wait(desk: Client) -> None:
    unmapped(2)
    heard(adt(patient_class="YY", local_id="Y", visit="Y"))
    Feed.objects.update(class_map={"ZZ": "inpatient"})
    done = text(desk.post(f"{GROUP}replay/", follow=True))
    assert "Replayed 3: 2 applied, 1 still quarantined" in done
    assert "1 message from pas" in done


def test_a_rejected_group_is_replayed_once_the_feed_takes_it(desk: Client) -> None:
    heard(adt(processing="T"), adt(processing="T", local_id="H2", visit="V2"))
    Feed.objects.update(processing_ids="PT")
    done = text(desk.post("/quarantine/rejected/pas/processing_id/replay/", follow=True))
    assert "Replayed 2: 2 applied" in done


def test_no_lock_is_held_for_more_than_fifty_messages(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    unmapped(120)
    sizes = []
    real = group_decisions.decisions.dismiss

    def noted(*, receipts, **rest):
        sizes.append(len(receipts))
        return real(receipts=receipts, **rest)

    monkeypatch.setattr(group_decisions.decisions, "dismiss", noted)
    desk.post(f"{GROUP}dismiss/", {"reason": "Test system"})
    assert sizes == [50, 50, 20]


def test_a_large_group_is_replayed_in_parts_and_none_is_tried_twice(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_decisions, "MOST", 4)
    monkeypatch.setattr("homeward.gateway.presenters.quarantine.MOST", 4)
    messages = unmapped(6)
    assert "Replay the oldest 4 of 6" in text(desk.get(GROUP))
    response = desk.post(f"{GROUP}replay/", {"after": "0", "upto": str(messages[-1].pk)})
    assert response["Location"] == f"{GROUP}?after={messages[3].pk}"
    assert "Replay the next 2 of 2" in text(desk.get(response["Location"]))
    response = desk.post(f"{GROUP}replay/", {"after": str(messages[3].pk), "upto": ""})
    assert response["Location"] == GROUP
    assert MessageDecision.objects.count() == 6


def test_what_came_after_the_page_was_opened_is_left_alone(desk: Client) -> None:
    seen = unmapped(2)
    unmapped(1, start=10)
    desk.post(f"{GROUP}dismiss/", {"reason": "Old", "upto": str(seen[-1].pk)})
    assert Message.objects.filter(outcome=Outcome.QUARANTINED).count() == 1


def test_dismissing_a_group_asks_why_and_names_who(desk: Client) -> None:
    unmapped(3)
    assert "Dismiss all 3 with a reason" in text(desk.get(f"{GROUP}dismiss/"))
    response = desk.post(f"{GROUP}dismiss/", {"reason": ""})
    assert response.status_code == 422
    assert "Enter why" in text(response)
    assert MessageDecision.objects.count() == 0
    done = text(desk.post(f"{GROUP}dismiss/", {"reason": "From the test system"}, follow=True))
    assert "Dismissed 3 messages" in done
    decided = MessageDecision.objects.values_list("reason", "by__last_name").distinct()
    assert list(decided) == [("From the test system", "Rao")]
    assert AuditEvent.objects.filter(action="message.dismiss").count() == 3


def test_what_the_form_names_must_be_a_number(desk: Client) -> None:
    unmapped(1)
    assert desk.post(f"{GROUP}replay/", {"upto": "all"}).status_code == 404


def test_a_sender_nobody_takes_is_named_to_its_own_organisation_only(
    desk: Client, trust: Organisation
) -> None:
    other = make_organisation("ZT9")
    heard(adt().replace(b"|PAS|ZT1|", b"|LAB|ZT1|"), at=NOON - timedelta(days=1))
    heard(adt().replace(b"|PAS|ZT1|", b"|OLD|ZT1|"), at=NOON - timedelta(days=8))
    heard(adt(ods=other.ods_code, family="Stranger"))
    page = text(desk.get("/quarantine/rejected/"))
    assert "LAB at ZT1: 1 message" in page
    assert "OLD at ZT1" not in page
    assert "ZT9" not in page


@pytest.mark.parametrize("path", ["/quarantine/", GROUP])
def test_the_number_of_queries_does_not_grow(desk: Client, path: str) -> None:
    unmapped(10)
    desk.get(path)
    with CaptureQueriesContext(connection) as few:
        desk.get(path)
    unmapped(200, start=10)
    with CaptureQueriesContext(connection) as many:
        desk.get(path)
    assert len(many) == len(few)
