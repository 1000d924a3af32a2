"""Sealing and checking the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from uuid6 import uuid7

from homeward.core import append_only
from homeward.core.errors import BadInput
from homeward.core.models import AuditEvent, AuditLink, AuditSubject
from homeward.core.services import audit, audit_chain
from tests.factories import make_user
from tests.support.clock import NOON
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db


def record(count: int) -> list[AuditEvent]:
    return [
        audit.record("person.viewed", by=None, at=NOON, subjects=[uuid4()], number=number)
        for number in range(count)
    ]


def sealed(count: int) -> list[AuditEvent]:
    events = record(count)
    assert audit_chain.seal(at=NOON) == count
    return events


def test_an_empty_trail_holds():
    assert audit_chain.verify() == audit_chain.Verdict(0, "00" * 32, 0)


def test_every_event_gets_a_place_in_order():
    events = sealed(5)
    links = AuditLink.objects.all()
    assert [link.position for link in links] == [1, 2, 3, 4, 5]
    assert {link.event_id for link in links} == {event.pk for event in events}
    verdict = audit_chain.verify()
    assert (verdict.links, verdict.unsealed, verdict.broken_at) == (5, 0, None)
    assert verdict.head == bytes(links[4].digest).hex()


def test_sealing_again_adds_nothing():
    sealed(3)
    assert audit_chain.seal(at=NOON) == 0
    assert AuditLink.objects.count() == 3


def test_more_than_a_batch_is_sealed_in_one_call():
    sealed(audit_chain.BATCH + 5)
    assert audit_chain.verify().links == audit_chain.BATCH + 5


def test_what_is_not_sealed_yet_is_counted():
    sealed(2)
    record(3)
    assert audit_chain.verify().unsealed == 3


def test_an_event_of_a_slow_transaction_is_sealed_later():
    slow = AuditEvent(at=NOON - timedelta(minutes=5), action="person.viewed")  # key made early
    sealed(3)
    slow.save()
    assert audit_chain.seal(at=NOON) == 1
    assert AuditLink.objects.get(event=slow).position == 4
    assert audit_chain.verify().broken_at is None


def test_an_event_older_than_a_day_is_found_by_the_full_search():
    days_ago = (uuid7().int >> 80) - 3 * 86_400_000
    old = AuditEvent(pk=UUID(int=days_ago << 80), at=NOON, action="person.viewed")
    sealed(1)
    old.save()
    assert audit_chain.seal(at=NOON) == 0
    assert audit_chain.verify().unsealed == 1
    assert audit_chain.seal(at=NOON, everything=True) == 1
    assert audit_chain.verify().broken_at is None


@pytest.mark.django_db(transaction=True)
def test_eight_sealers_at_once_link_each_event_once():
    record(300)
    results = at_once(8, lambda _: audit_chain.seal(at=NOON))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert sum(results) == 300
    assert AuditLink.objects.count() == 300
    verdict = audit_chain.verify()
    assert (verdict.links, verdict.unsealed, verdict.broken_at) == (300, 0, None)


@pytest.mark.django_db(transaction=True)
def test_pages_write_while_the_trail_is_sealed():
    def act(number: int) -> None:
        for _ in range(10):
            if number < 2:
                audit_chain.seal(at=NOON)
            else:
                record(2)

    assert at_once(8, act) == [None] * 8
    audit_chain.seal(at=NOON)
    verdict = audit_chain.verify()
    assert (verdict.links, verdict.unsealed, verdict.broken_at) == (120, 0, None)


def third() -> AuditLink:
    return AuditLink.objects.select_related("event").get(position=3)


def change_action():
    AuditEvent.objects.filter(pk=third().event_id).update(action="person.forgotten")


def change_time():
    AuditEvent.objects.filter(pk=third().event_id).update(at=NOON + timedelta(hours=1))


def change_user():
    AuditEvent.objects.filter(pk=third().event_id).update(by=make_user())


def change_people():
    AuditEvent.objects.filter(pk=third().event_id).update(subjects=[])


def change_detail():
    AuditEvent.objects.filter(pk=third().event_id).update(detail={})


def change_digest():
    AuditLink.objects.filter(position=3).update(digest=bytes(32))


def hide_from_the_index():
    AuditSubject.objects.filter(event_id=third().event_id)._raw_delete("default")


def remove_link():
    AuditLink.objects.filter(position=3)._raw_delete("default")


def remove_event():
    key = third().event_id
    AuditSubject.objects.filter(event_id=key)._raw_delete("default")
    AuditEvent.objects.filter(pk=key)._raw_delete("default")


def swap_two_events():
    one, other = AuditLink.objects.filter(position__in=(3, 4))
    AuditLink.objects.filter(position=3).update(event=AuditEvent.objects.create(at=NOON))
    AuditLink.objects.filter(position=4).update(event=one.event)
    AuditLink.objects.filter(position=3).update(event=other.event)


TAMPERING = (
    (change_action, "was changed"),
    (change_time, "was changed"),
    (change_user, "was changed"),
    (change_people, "was changed"),
    (change_detail, "was changed"),
    (change_digest, "was changed"),
    (swap_two_events, "was changed"),
    (hide_from_the_index, "index of people"),
    (remove_link, "link 3 is missing"),
)


@pytest.mark.parametrize(("tamper", "why"), TAMPERING)
def test_the_first_broken_link_is_named(tamper, why):
    sealed(5)
    with append_only.lifted(connection):
        tamper()
    verdict = audit_chain.verify()
    assert verdict.broken_at == 3
    assert why in verdict.why
    assert verdict.links == 2


@pytest.mark.django_db(transaction=True)
def test_an_event_removed_behind_the_databases_back_is_named():
    sealed(5)
    with without_foreign_keys("core_auditlink"), append_only.lifted(connection):
        remove_event()
        verdict = audit_chain.verify()
        remove_link()
    assert (verdict.broken_at, "is missing" in verdict.why) == (3, True)


@contextmanager
def without_foreign_keys(table: str) -> Iterator[None]:
    """What someone with all rights over the database can do."""
    if connection.vendor == "sqlite":
        with connection.constraint_checks_disabled():
            yield
        return
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table).items()
        keys = [(name, key) for name, key in found if key["foreign_key"]]
        for name, _ in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        for name, key in keys:
            other, column = key["foreign_key"]
            cursor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({key['columns'][0]}) "
                f"REFERENCES {other} ({column}) DEFERRABLE INITIALLY DEFERRED"
            )


def test_a_head_noted_earlier_still_stands():
    sealed(3)
    noted = audit_chain.verify()
    sealed(2)
    assert audit_chain.verify(expected_head=(3, noted.head)).broken_at is None


def test_a_trail_cut_short_is_caught_by_a_head_noted_earlier():
    sealed(5)
    noted = audit_chain.verify()
    with append_only.lifted(connection):
        AuditLink.objects.filter(position__gt=3)._raw_delete("default")
    assert audit_chain.verify().broken_at is None
    assert audit_chain.verify(expected_head=(5, noted.head)).broken_at == 4


def test_a_trail_written_anew_is_caught_by_a_head_noted_earlier():
    sealed(3)
    assert audit_chain.verify(expected_head=(2, "ab" * 32)).broken_at == 2


def test_the_command_prints_the_head_and_that_nothing_is_broken():
    sealed(2)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    head = audit_chain.verify().head
    assert out.getvalue() == f"links=2 unsealed=0 head=2:{head} broken=none\n"


def test_the_command_names_the_first_broken_link_and_exits_1():
    sealed(5)
    with append_only.lifted(connection):
        change_action()
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command("verify_audit", stdout=out, stderr=err)
    assert exit_.value.code == 1
    assert "broken=3" in out.getvalue()
    assert err.getvalue().startswith("broken at link 3: event ")


def test_the_command_takes_a_noted_head_and_refuses_nonsense():
    sealed(1)
    head = audit_chain.verify().head
    call_command("verify_audit", head=f"1:{head}", stdout=StringIO())
    with pytest.raises(BadInput, match="POSITION:DIGEST"):
        call_command("verify_audit", head="latest", stdout=StringIO())


def test_the_job_seals_by_the_clock(clock):
    from homeward.core import jobs

    record(2)
    assert jobs.seal_audit() == 2
    assert jobs.seal_whole_audit() == 0
    assert AuditLink.objects.first().sealed_at == timezone.now() == clock.at


def test_schedules_are_made_once():
    from django_q.models import Schedule

    from homeward.core import jobs

    jobs.ensure_schedules()
    Schedule.objects.update(next_run=NOON)
    jobs.ensure_schedules()
    assert Schedule.objects.count() == len(jobs.JOBS)
    assert set(Schedule.objects.values_list("next_run", flat=True)) == {NOON}
