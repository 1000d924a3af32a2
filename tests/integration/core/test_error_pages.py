"""Pages for when a request is refused or fails, in words for the person who meets them."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from homeward.core.domain.roles import Role
from homeward.core.views import errors
from tests.factories import make_user

REQUEST = RequestFactory().get("/")


@pytest.fixture
def no_database(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("the database was asked")

    monkeypatch.setattr(connection, "cursor", refuse)


@pytest.mark.django_db
def test_an_unknown_address_is_404_for_everyone(client):
    response = client.get("/no-such-page")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


@pytest.mark.django_db
def test_a_role_without_the_page_is_403_and_is_told_how_to_change_role(client):
    client.force_login(make_user(Role.WARD_NURSE))
    response = client.get(reverse("core:audit"))
    html = response.content.decode()
    assert response.status_code == 403
    assert "You cannot see this page" in html
    assert f'href="{reverse("core:switch")}"' in html


@pytest.mark.usefixtures("no_database")
def test_our_own_fault_is_500_and_needs_no_database():
    response = errors.server_error(REQUEST)
    html = response.content.decode()
    assert response.status_code == 500
    assert "Sorry, there is a problem with the service" in html
    assert "downtime list" in html


@pytest.mark.usefixtures("no_database")
def test_a_request_that_makes_no_sense_is_400_and_needs_no_database():
    response = errors.bad_request(REQUEST)
    assert response.status_code == 400
    assert "could not understand" in response.content.decode()


def test_a_form_from_elsewhere_or_too_old_is_403_and_says_nothing_was_changed():
    response = errors.csrf_failure(REQUEST, reason="CSRF token missing")
    html = response.content.decode()
    assert response.status_code == 403
    assert "Nothing has been changed" in html
    assert "CSRF" not in html


def test_what_cannot_be_used_is_explained():
    html = render_to_string("core/422.jinja", {"message": "That bed is closed"})
    assert "That bed is closed" in html


@pytest.mark.parametrize("minutes", [1, 15])
def test_a_lock_out_says_how_long(minutes):
    html = render_to_string("core/locked_out.jinja", {"minutes": minutes})
    assert f"{minutes} minute" in html
