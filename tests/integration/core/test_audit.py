"""Events: written with their people, in the caller's transaction, never changed."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from homeward.core import append_only, queries
from homeward.core.domain.chain import NotPlain
from homeward.core.domain.roles import Role
from homeward.core.models import AuditEvent, AuditLink, AuditSubject
from homeward.core.services import audit, audit_chain
from tests.factories import make_organisation, make_user
from tests.support.clock import NOON

pytestmark = pytest.mark.django_db


def test_a_list_view_is_one_event_with_everyone_shown():
    user, people = make_user(), [uuid4() for _ in range(50)]
    event = audit.record("people.listed", by=user, at=NOON, subjects=people)
    assert event.subjects == [str(person) for person in people]
    assert AuditSubject.objects.filter(event=event).count() == 50


def test_a_list_view_costs_two_inserts_however_long(django_assert_num_queries):
    user = make_user()
    # A savepoint, the event, its people, the savepoint's end.
    with django_assert_num_queries(4):
        audit.record("people.listed", by=user, at=NOON, subjects=[uuid4() for _ in range(50)])


def test_an_event_says_for_whom_and_in_which_role():
    user = make_user(Role.DISCHARGE_COORDINATOR)
    event = audit.record("person.viewed", by=user, at=NOON)
    assert event.organisation_id == user.acting.organisation_id
    assert event.detail == {"role": "discharge_coordinator"}


def test_a_command_acts_for_nobody_unless_it_says_so():
    organisation = make_organisation()
    assert audit.record("a.done", by=None, at=NOON).organisation_id is None
    event = audit.record("a.done", by=None, at=NOON, organisation=organisation)
    assert event.organisation_id == organisation.pk


def test_the_same_person_twice_is_one_person():
    person = uuid4()
    event = audit.record("people.listed", by=None, at=NOON, subjects=[person, person])
    assert event.subjects == [str(person)]


def test_an_event_falls_with_the_callers_transaction():
    with transaction.atomic():
        audit.record("person.viewed", by=None, at=NOON)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


def test_a_fraction_is_refused():
    with pytest.raises(NotPlain):
        audit.record("a.done", by=None, at=NOON, share=0.5)


def change_event():
    AuditEvent.objects.update(action="nothing.happened")


def delete_event():
    AuditEvent.objects.all()._raw_delete("default")


def change_subject():
    AuditSubject.objects.update(subject=uuid4())


def delete_subject():
    AuditSubject.objects.all()._raw_delete("default")


def change_link():
    AuditLink.objects.update(digest=bytes(32))


def delete_link():
    AuditLink.objects.all()._raw_delete("default")


CHANGES = (change_event, delete_event, change_subject, delete_subject, change_link, delete_link)


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_or_delete(change):
    audit.record("person.viewed", by=None, at=NOON, subjects=[uuid4()])
    audit_chain.seal(at=NOON)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change()


def test_the_database_refuses_to_be_emptied():
    audit.record("person.viewed", by=None, at=NOON)
    connection.check_constraints()  # PostgreSQL does not truncate what it still has to check
    empty = {
        "sqlite": "DELETE FROM core_auditevent",
        "postgresql": "TRUNCATE core_auditevent CASCADE",
    }
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(empty[connection.vendor])


def test_protection_can_be_lifted_and_comes_back():
    audit.record("person.viewed", by=None, at=NOON)
    with append_only.lifted(connection):
        change_event()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change_event()


def test_who_has_looked_at_a_person():
    organisation, person = make_organisation(), uuid4()
    nurse = make_user(Role.WARD_NURSE, organisation)
    analyst = make_user(Role.ANALYST, organisation)
    audit.record("person.viewed", by=nurse, at=NOON, subjects=[person])
    audit.record("people.exported", by=analyst, at=NOON.replace(hour=13), subjects=[person])
    audit.record("person.viewed", by=nurse, at=NOON, subjects=[uuid4()])
    looks = queries.views_of(person, user=nurse)
    assert [(look.user_name, look.role, look.action) for look in looks] == [
        (str(analyst), "Information analyst", "People exported"),
        (str(nurse), "Ward nurse", "Person viewed"),
    ]
    assert {look.organisation for look in looks} == {organisation.name}


def test_who_has_looked_takes_one_query(django_assert_num_queries):
    nurse, person = make_user(), uuid4()
    for _ in range(5):
        audit.record("person.viewed", by=nurse, at=NOON, subjects=[person])
    with django_assert_num_queries(1):
        assert len(queries.views_of(person, user=nurse)) == 5


def test_a_stranger_learns_nothing_of_who_looked():
    person = uuid4()
    audit.record("person.viewed", by=make_user(), at=NOON, subjects=[person])
    assert queries.views_of(person, user=make_user()) == []


@pytest.mark.parametrize("role", [Role.PROVIDER, None])
def test_a_role_that_sees_nobody_does_not_see_who_looked(role):
    organisation, person = make_organisation(), uuid4()
    audit.record("a.b", by=make_user(organisation=organisation), at=NOON, subjects=[person])
    assert queries.views_of(person, user=make_user(role, organisation)) == []
