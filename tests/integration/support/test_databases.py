"""Database tests start empty, keep the audit's triggers, and see real races."""

import pytest
from django.db import DatabaseError, connection, transaction

from homeward.core.models import AuditEvent, Organisation
from tests.factories import make_organisation
from tests.support.clock import NOON
from tests.support.threads import at_once


# Twice, so that the second run shows what the flush after the first one left.
@pytest.mark.parametrize("run", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_flush_empties_the_audit_and_leaves_it_append_only(run):
    assert not AuditEvent.objects.exists()
    event = AuditEvent.objects.create(at=NOON, action="test.written")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.delete()
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_threads_have_connections_of_their_own():
    names = at_once(8, lambda number: make_organisation(f"ZT{number}").ods_code)
    assert names == [f"ZT{number}" for number in range(8)]
    assert Organisation.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_what_a_thread_raises_is_handed_back():
    (error,) = at_once(1, lambda number: 1 / number)
    assert isinstance(error, ZeroDivisionError)


@pytest.mark.django_db
def test_the_database_is_a_file_or_a_server_never_memory():
    assert connection.vendor == "postgresql" or not connection.is_in_memory_db()
