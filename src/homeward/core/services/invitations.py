"""How someone who was given a role sets their first password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from homeward.core.models import User
from homeward.core.services.memberships import Added

MAIL = """{organisation} has given you access to Homeward as {role}.

Set your password here. The link works once, for three days:

{link}
"""


def invite(added: Added, *, site: str) -> str:
    """Give a new user the way in: by e-mail when the site sends mail.

    site: the address of the front page, "https://homeward.example/".
    Returns the link to pass on by hand when there is no mail; empty when nothing is to be passed
    on (mail was sent, or the user could sign in already). Passing the link on by hand lets its
    bearer set the password, so a site with mail never shows it.
    """
    if not added.new_user:
        return ""
    user = added.membership.user
    link = site.rstrip("/") + first_password_path(user)
    if not settings.HOMEWARD_SENDS_MAIL:
        return link
    text = MAIL.format(
        organisation=added.membership.organisation.name,
        role=added.membership.get_role_display().lower(),
        link=link,
    )
    send_mail("Your access to Homeward", text, None, [user.email])
    return ""


def first_password_path(user: User) -> str:
    """The path of the page that sets a password once, good for PASSWORD_RESET_TIMEOUT."""
    uid, key = user_pk_to_url_str(user), default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
