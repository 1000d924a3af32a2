"""How the first administrator comes in."""

from io import StringIO

import pytest
from django.core.management import call_command

from homeward.core.errors import BadInput
from homeward.core.models import AuditEvent, Membership
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db


def add(*arguments: str) -> str:
    out = StringIO()
    call_command("add_member", *arguments, stdout=out)
    return out.getvalue()


def test_someone_new_gets_a_page_to_set_a_password(client):
    make_organisation("ZT1")
    said = add("First@example.org", "zt1", "administrator", "--name", "First Person").split("\n")
    assert said[0] == "added=1 new_user=True"
    assert client.get(said[1], follow=True).status_code == 200
    membership = Membership.objects.get()
    assert (membership.role, str(membership.user)) == ("administrator", "First Person")
    assert AuditEvent.objects.get().organisation == membership.organisation


def test_adding_twice_adds_once():
    make_organisation("ZT1")
    add("first@example.org", "ZT1", "administrator")
    assert add("first@example.org", "ZT1", "administrator") == "added=0\n"
    assert Membership.objects.count() == 1


@pytest.mark.parametrize(
    ("email", "code", "why"),
    [("nonsense", "ZT1", "nonsense is not an email"), ("a@example.org", "ZT9", "code ZT9")],
)
def test_bad_input_is_named_and_adds_nobody(email, code, why):
    make_organisation("ZT1")
    with pytest.raises(BadInput, match=why):
        add(email, code, "administrator")
    assert not Membership.objects.exists()
