"""One message: what it says, whom it names, who may know, and what is decided about it."""

import html
from typing import Any

import pytest
from django.test import Client

from homeward.core.domain.roles import Role
from homeward.core.models import AuditEvent, Organisation, User
from homeward.gateway.models import Feed, Message, MessageDecision, MessagePerson
from homeward.hospital.models import Person, Spell
from homeward.hospital.services.break_glass import open_record
from tests.factories import make_user
from tests.factories_gateway import adt, heard
from tests.support.clock import NOON


def shown(client: Client, receipt: int) -> str:
    response = client.get(f"/messages/{receipt}/")
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def views() -> list[tuple[list[str], Any]]:
    events = AuditEvent.objects.filter(action="message.viewed").order_by("pk")
    return [(event.subjects, event.detail["masked"]) for event in events]


def test_an_applied_message_says_what_it_changed_and_whom_it_names(desk: Client) -> None:
    [message] = heard(adt(family="O'Neill", given="Zoë"))
    page = shown(desk, message.receipt)
    person = MessagePerson.objects.get().person
    assert "A01 Admitted" in page
    assert "admitted to ASH B1 01" in page
    assert f'href="/people/{person}/">O\'NEILL, Zoë<' in page
    assert "Ward, room and bed" in page
    assert "ASH, B1, 01, ZT101" in page
    assert f"MSA|AA|{message.control_id}" in page


def test_opening_a_message_is_audited_with_everyone_it_names(desk: Client) -> None:
    heard(adt(local_id="H1", visit="V1"), adt(local_id="H2", visit="V2"))
    [merge] = heard(adt("A40", local_id="H1", visit="", extra=("MRG|H2^^^ZT1^MR",)))
    shown(desk, merge.receipt)
    [(subjects, masked)] = views()
    assert sorted(subjects) == sorted(
        str(key) for key in Person.objects.values_list("pk", flat=True)
    )
    assert masked is False


def test_a_quarantined_message_is_audited_with_the_person_it_would_be_about(desk: Client) -> None:
    heard(adt(local_id="H1", visit="V1"))
    [waiting] = heard(adt(local_id="H1", visit="", admitted=""))
    assert waiting.outcome == "quarantined"
    page = shown(desk, waiting.receipt)
    assert "EXAMPLE, Ada" in page
    assert views() == [([str(Person.objects.get().pk)], False)]


def test_a_quarantined_message_says_why_and_what_mends_it(desk: Client) -> None:
    [waiting] = heard(adt(admitted="yesterday"))
    page = shown(desk, waiting.receipt)
    assert "A time that cannot be read" in page
    assert "PV1-44: 'yesterday' is not a time" in page
    assert "What mends it" in page
    assert "Look here" in page


def test_what_a_message_holds_is_never_html(desk: Client) -> None:
    [message] = heard(adt(family="<script>alert(1)</script>", given='"><img src=x>', visit="V&1"))
    page = desk.get(f"/messages/{message.receipt}/").content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_reason_from_a_message_is_never_html(desk: Client) -> None:
    heard(adt(admitted="<b>now</b>"))
    for path in ("/messages/", "/quarantine/", "/feeds/pas/", "/quarantine/waiting/pas/bad_time/"):
        assert "<b>now" not in desk.get(path).content.decode()


def test_bytes_that_are_no_message_are_shown_all_the_same(desk: Client) -> None:
    [message] = heard(b"MSH|^~\\&|PAS|ZT1\x00\x08\rPID|||H1\xff", feed="pas")
    page = shown(desk, message.receipt)
    assert message.outcome == "rejected"
    assert "Cannot be read" in page
    assert "\x00" not in page
    assert "\x08" not in page


class TestRestricted:
    """Nobody learns who a restricted person is from a message."""

    @pytest.fixture
    def secret(self, feed: Feed) -> Message:
        return heard(adt(local_id="S1", visit="S1", family="Secretname", restricted=True))[0]

    def test_the_content_is_masked_and_says_so(self, desk: Client, secret: Message) -> None:
        page = shown(desk, secret.receipt)
        assert "Secretname" not in page
        assert "SECRETNAME" not in page
        assert "S1^^^ZT1" not in page
        assert "19440512" not in page
        assert "what it says is hidden" in page
        assert "Restricted person" in page
        assert views() == [([], True)]

    def test_an_earlier_message_about_them_is_masked_too(self, desk: Client) -> None:
        first, _ = heard(
            adt(local_id="S2", visit="S2", family="Plainname"),
            adt("A31", local_id="S2", visit="", restricted=True, family="Plainname"),
        )
        assert "Plainname" not in shown(desk, first.receipt)

    def test_a_quarantined_message_about_them_is_masked(
        self, desk: Client, secret: Message
    ) -> None:
        [waiting] = heard(adt(local_id="S1", visit="", admitted="", family="Secretname"))
        assert waiting.outcome == "quarantined"
        assert "Secretname" not in shown(desk, waiting.receipt)

    def test_a_quarantined_message_with_their_nhs_number_is_masked(self, desk: Client) -> None:
        number = "9434765919"
        heard(adt(local_id="S4", visit="S4", nhs_number=number, restricted=True))
        [waiting] = heard(
            adt(local_id="OTHER", visit="", admitted="", nhs_number=number, family="Secretname")
        )
        assert "Secretname" not in shown(desk, waiting.receipt)

    def test_a_message_that_says_so_itself_is_masked_before_it_is_applied(
        self, desk: Client
    ) -> None:
        [waiting] = heard(adt(visit="", admitted="", family="Secretname", restricted=True))
        assert waiting.outcome == "quarantined"
        assert "Secretname" not in shown(desk, waiting.receipt)
        assert views() == [([], True)]

    def test_an_unreadable_message_that_says_so_is_masked(self, desk: Client) -> None:
        text = adt(family="Secretname", restricted=True).replace(b"Ada", b"Ad\xff")
        [broken] = heard(text, feed="pas")
        assert broken.cause == "unreadable"
        assert "Secretname" not in shown(desk, broken.receipt)

    def test_a_record_merged_with_theirs_is_masked(self, desk: Client, secret: Message) -> None:
        other, _ = heard(
            adt(local_id="S9", visit="S9", family="Othername"),
            adt("A40", local_id="S1", visit="", extra=("MRG|S9^^^ZT1^MR",), family="Secretname"),
        )
        assert "Othername" not in shown(desk, other.receipt)

    def test_somebody_of_their_own_ward_may_read_it(
        self, client: Client, trust: Organisation, secret: Message
    ) -> None:
        client.force_login(make_user(Role.INTEGRATION_ENGINEER, trust, ward="ASH", site="ZT101"))
        assert Spell.objects.get().ward == "ASH"
        assert "Secretname" in shown(client, secret.receipt)

    def test_the_log_asked_about_them_does_not_name_them(
        self, desk: Client, secret: Message
    ) -> None:
        person = MessagePerson.objects.get(message=secret).person
        page = desk.get(f"/messages/?person={person}").content.decode()
        assert "Messages that speak of Restricted person" in page
        assert "SECRETNAME" not in page
        assert not AuditEvent.objects.filter(action="message.listed").exists()

    def test_break_glass_opens_it(
        self, desk: Client, trust: Organisation, engineer: User, secret: Message, monkeypatch
    ) -> None:
        from homeward.hospital.models import BreakGlass

        BreakGlass.objects.create(
            person=Person.objects.get(),
            organisation=trust,
            reason="Asked for help",
            by=engineer,
            at=NOON,
            expires_at=NOON.replace(hour=13),
        )
        assert "Secretname" in shown(desk, secret.receipt)


class TestDeciding:
    def test_replay_after_the_mapping_is_mended(self, desk: Client, feed: Feed) -> None:
        Feed.objects.update(strict=True)
        [waiting] = heard(adt(patient_class="ZZ"))
        sent = bytes(waiting.reply)
        Feed.objects.update(class_map={"ZZ": "inpatient"})
        response = desk.post(f"/messages/{waiting.receipt}/replay/", follow=True)
        page = response.content.decode()
        waiting.refresh_from_db()
        assert waiting.outcome == "applied"
        assert bytes(waiting.reply) == sent
        assert "Replayed: applied" in page
        assert "Priya Rao" in page

    def test_a_replay_that_fails_again_says_so(self, desk: Client) -> None:
        [waiting] = heard(adt(admitted="yesterday"))
        page = desk.post(f"/messages/{waiting.receipt}/replay/", follow=True).content.decode()
        assert "Replayed: still quarantined" in page

    def test_an_applied_message_is_not_replayed(self, desk: Client) -> None:
        [applied] = heard(adt())
        page = desk.post(f"/messages/{applied.receipt}/replay/", follow=True).content.decode()
        assert "nothing to replay" in page
        assert MessageDecision.objects.count() == 0

    def test_dismissing_asks_why(self, desk: Client) -> None:
        [waiting] = heard(adt(admitted="yesterday"))
        path = f"/messages/{waiting.receipt}/dismiss/"
        assert desk.get(path).status_code == 200
        for data in ({}, {"reason": "   "}):
            response = desk.post(path, data)
            assert response.status_code == 422
            assert "Enter why" in response.content.decode()
        long = desk.post(path, {"reason": "x" * 301})
        assert long.status_code == 422
        assert "x" * 301 in long.content.decode()
        waiting.refresh_from_db()
        assert waiting.outcome == "quarantined"

    def test_dismissing_keeps_the_name_and_the_reason_and_can_be_undone(self, desk: Client) -> None:
        [waiting] = heard(adt(admitted="yesterday"))
        desk.post(f"/messages/{waiting.receipt}/dismiss/", {"reason": "Sent <b>twice</b>"})
        page = desk.get(f"/messages/{waiting.receipt}/").content.decode()
        assert "Sent &lt;b&gt;twice" in page
        assert "Priya Rao" in page
        assert "Replay this message" in page

    def test_only_what_waits_can_be_dismissed(self, desk: Client) -> None:
        [applied] = heard(adt())
        response = desk.post(f"/messages/{applied.receipt}/dismiss/", {"reason": "Wrong"})
        assert response.status_code == 422
        assert "Only a message that waits in quarantine" in response.content.decode()

    def test_setting_aside_says_what_will_happen_and_replay_undoes_it(self, desk: Client) -> None:
        heard(adt(local_id="H1", visit="V1"), adt(local_id="H2", visit="V2"))
        [merge] = heard(adt("A40", local_id="H1", visit="", extra=("MRG|H2^^^ZT1^MR",)))
        path = f"/messages/{merge.receipt}/set-aside/"
        assert "worked out again without it: 2 people" in desk.get(path).content.decode()
        assert Person.objects.exclude(merged_into=None).count() == 1
        assert desk.post(path, {"reason": ""}).status_code == 422
        page = desk.post(path, {"reason": "Not the same person"}, follow=True).content.decode()
        assert "Set aside" in page
        assert "Not the same person" in page
        assert Person.objects.exclude(merged_into=None).count() == 0
        desk.post(f"/messages/{merge.receipt}/replay/")
        assert Person.objects.exclude(merged_into=None).count() == 1

    def test_only_what_was_applied_can_be_set_aside(self, desk: Client) -> None:
        [waiting] = heard(adt(admitted="yesterday"))
        response = desk.post(f"/messages/{waiting.receipt}/set-aside/", {"reason": "Wrong"})
        assert response.status_code == 422
        assert "Only a message that was applied" in response.content.decode()


def test_break_glass_is_hospitals_to_give(engineer: User, feed: Feed) -> None:
    heard(adt(restricted=True))
    with pytest.raises(Exception, match="cannot open a restricted record"):
        open_record(person=Person.objects.get().pk, reason="I need it", by=engineer, at=NOON)


def test_the_number_of_queries_does_not_grow_with_the_log(
    desk: Client, django_assert_max_num_queries
) -> None:
    [message] = heard(adt())
    with django_assert_max_num_queries(16):
        desk.get(f"/messages/{message.receipt}/")
    heard(*[adt(local_id=f"H{n}", visit=f"V{n}") for n in range(100)])
    with django_assert_max_num_queries(16):
        desk.get(f"/messages/{message.receipt}/")
