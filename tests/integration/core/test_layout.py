"""The frame of every page: who you are, where you can go, nothing from elsewhere."""

import re

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template.loader import render_to_string
from django.urls import reverse

from homeward.core.domain.roles import Role
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db

OPEN_PAGES = ["core:about", "core:accessibility", "account_login", "account_reset_password"]
PAGE_LIMIT = 100_000


def text_of(response):
    return response.content.decode()


@pytest.fixture
def member(client):
    trust = make_organisation("ZT1", name="Northmoor Trust")
    user = make_user(Role.ADMINISTRATOR, trust, first_name="Aoife", last_name="Byrne")
    client.force_login(user)
    return user


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_open_pages_are_whole_small_and_self_contained(client, name):
    response = client.get(reverse(name))
    html = text_of(response)
    assert response.status_code == 200
    assert len(html) < PAGE_LIMIT
    assert '<html lang="en-GB">' in html
    assert html.count("<h1") == 1
    assert 'href="#maincontent"' in html
    assert not re.search(r"(src|href)=\"(https?:)?//(?!service-manual)", html)


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_nothing_is_inline(client, name):
    response = client.get(reverse(name))
    html = text_of(response)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert "unsafe" not in response["Content-Security-Policy"]


def test_a_member_sees_who_they_are_whom_they_act_for_and_the_way_out(client, member):
    html = text_of(client.get(reverse("core:switch")))
    assert "Aoife Byrne" in html
    assert "Administrator, Northmoor Trust" in html
    assert f'action="{reverse("account_logout")}"' in html
    assert f'href="{reverse("core:switch")}"' in html


def test_the_page_you_are_on_is_marked_in_the_menu(client, member):
    html = text_of(client.get(reverse("core:people_and_access")))
    assert html.count('aria-current="page"') == 1


def test_a_stranger_sees_no_menu(client):
    html = text_of(client.get(reverse("account_login")))
    assert "nhsuk-header__navigation" not in html
    assert "nhsuk-header__account" not in html


def test_the_demonstration_says_that_everyone_is_fictional(client, settings):
    settings.HOMEWARD_DEMO = True
    assert "every person and place here is fictional" in text_of(client.get("/about/"))
    settings.HOMEWARD_DEMO = False
    assert "fictional" not in text_of(client.get("/about/"))


def test_the_nhs_logo_and_typeface_wait_for_the_deployer(client, settings):
    assert "nhsuk-header__logo" not in text_of(client.get("/about/"))
    settings.HOMEWARD_NHS_BRANDING = True
    html = text_of(client.get("/about/"))
    assert "nhsuk-header__logo" in html
    assert "nhs-fonts" in html


def test_htmx_is_loaded_only_where_a_page_renews_itself(client):
    assert "htmx" not in text_of(client.get("/about/"))
    assert "htmx-4.min" in render_to_string("core/layout.jinja", {"live": True})


def test_a_wall_screen_has_neither_header_nor_footer():
    html = render_to_string("core/layout.jinja", {"wall": True})
    assert "hw-wall" in html
    assert "<header" not in html
    assert "<footer" not in html


def test_a_form_with_errors_says_so_in_the_title_and_links_to_the_field(client):
    html = text_of(client.post(reverse("account_login"), {"login": "", "password": ""}))
    assert "<title>Error: Sign in" in " ".join(html.split())
    assert "There is a problem" in html
    assert 'href="#id_login"' in html


@pytest.mark.parametrize(
    "name", ["mfa_index", "account_change_password", "account_logout", "account_reauthenticate"]
)
def test_account_pages_wear_our_layout(client, member, name):
    html = text_of(client.get(reverse(name), follow=True))
    assert "hw-header" in html
    assert "nhsuk-heading-l" in html


def test_every_static_file_can_be_collected_with_a_digest(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    name = staticfiles_storage.stored_name("core/nhsuk/nhsuk-frontend.min.css")
    css = (tmp_path / name).read_text()
    assert "https:" not in css
    assert "Frutiger W01,arial,sans-serif" in css
    assert "sourceMappingURL" not in css
    assert (tmp_path / f"{name}.gz").exists()
