"""Who is let into which page of the gateway: every page and every post."""

import pytest
from django.test import Client

from homeward.core.models import User
from homeward.gateway.models import Feed, Message, Outcome
from tests.factories_gateway import adt, heard

UNKNOWN_CLASS = "/quarantine/waiting/pas/unknown_class/"


@pytest.fixture
def messages(feed: Feed) -> dict[str, Message]:
    """One message of each outcome, of our organisation."""
    Feed.objects.update(strict=True)
    applied, waiting, rejected = heard(
        adt(), adt(patient_class="ZZ", local_id="H2", visit="V2"), adt(processing="T")
    )
    return {"applied": applied, "quarantined": waiting, "rejected": rejected}


# {name} is the receipt of the message with that outcome.
READ = [
    "/feeds/pas/",
    "/messages/{applied}/",
    "/messages/{quarantined}/",
    "/messages/{rejected}/",
    UNKNOWN_CLASS,
    "/quarantine/rejected/pas/processing_id/",
]
ASK = [
    "/feeds/pas/edit/",
    "/messages/{quarantined}/dismiss/",
    "/messages/{applied}/set-aside/",
    f"{UNKNOWN_CLASS}dismiss/",
]
POSTS = [
    *ASK,
    "/messages/{quarantined}/replay/",
    f"{UNKNOWN_CLASS}replay/",
    "/quarantine/rejected/pas/processing_id/replay/",
]
LISTS = ["/feeds/", "/messages/", "/quarantine/", "/quarantine/rejected/"]


def address(pattern: str, messages: dict[str, Message]) -> str:
    return pattern.format(**{name: row.receipt for name, row in messages.items()})


@pytest.mark.parametrize("path", LISTS + READ + ASK)
def test_somebody_signed_out_is_sent_to_sign_in(client: Client, messages, path) -> None:
    response = client.get(address(path, messages))
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", POSTS)
def test_somebody_signed_out_decides_nothing(client: Client, messages, path) -> None:
    response = client.post(address(path, messages), {"reason": "Because"})
    assert response["Location"].startswith("/accounts/login/")
    assert Message.objects.filter(outcome=Outcome.DISMISSED).count() == 0


@pytest.mark.parametrize("path", LISTS + READ + ASK)
def test_a_role_that_may_not_read_messages_is_refused(
    client: Client, nurse: User, messages, path
) -> None:
    client.force_login(nurse)
    assert client.get(address(path, messages)).status_code == 403


@pytest.mark.parametrize("path", POSTS)
def test_a_role_that_may_not_decide_is_refused(client: Client, nurse: User, messages, path) -> None:
    client.force_login(nurse)
    assert client.post(address(path, messages), {"reason": "Because"}).status_code == 403


@pytest.mark.parametrize("path", READ + ASK)
def test_a_strangers_page_does_not_exist(client: Client, stranger: User, messages, path) -> None:
    client.force_login(stranger)
    assert client.get(address(path, messages)).status_code == 404


@pytest.mark.parametrize("path", POSTS)
def test_a_stranger_decides_nothing(client: Client, stranger: User, messages, path) -> None:
    client.force_login(stranger)
    response = client.post(address(path, messages), {"reason": "Because", "strict": "no"})
    assert response.status_code == 404
    outcomes = {row.pk: row.outcome for row in Message.objects.all()}
    assert outcomes == {row.pk: name for name, row in messages.items()}
    assert Feed.objects.get(name="pas").strict


@pytest.mark.parametrize("path", LISTS)
def test_a_stranger_sees_nothing_of_ours(client: Client, stranger: User, messages, path) -> None:
    client.force_login(stranger)
    page = client.get(path).content.decode()
    assert "pas" not in page.replace("password", "")
    assert "PV1-2" not in page
    assert "MSH-11" not in page


@pytest.mark.parametrize("path", POSTS)
def test_posts_carry_a_token(engineer: User, messages, path) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(engineer)
    assert browser.post(address(path, messages), {"reason": "Because"}).status_code == 403


@pytest.mark.parametrize("path", [p for p in POSTS if p not in ASK])
def test_what_changes_something_is_never_got(desk: Client, messages, path) -> None:
    assert desk.get(address(path, messages)).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/none/",
        "/messages/999999999/",
        "/messages/99999999999999999999999/",
        "/messages/99999999999999999999999/dismiss/",
        "/quarantine/waiting/pas/no_such_cause/",
        f"{UNKNOWN_CLASS}?page=none",
        f"{UNKNOWN_CLASS}?after=-1",
    ],
)
def test_what_is_not_there_is_404(desk: Client, messages, path) -> None:
    assert desk.get(path).status_code == 404
