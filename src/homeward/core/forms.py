"""Forms of this room's pages."""

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms

from homeward.core.domain.roles import ROLE_NAMES, Role
from homeward.core.nhsuk_fields import EmailField, RadiosField, SelectField, TextField
from homeward.core.queries import AuditWanted, HeldRole

ROLE_CHOICES = [(role.value, name) for role, name in ROLE_NAMES.items()]


class SwitchForm(forms.Form):
    """Which of one's roles to act in."""

    membership = RadiosField(
        label="Your roles",
        error_messages={"required": "Select who you are acting for"},
    )

    def __init__(self, data: Mapping[str, object] | None, *, held: Sequence[HeldRole]) -> None:
        acting = next((str(role.id) for role in held if role.acting), None)
        super().__init__(data, initial={"membership": acting})
        choices = [(str(role.id), _words(role)) for role in held]
        self.fields["membership"].choices = choices  # type: ignore[attr-defined]


class AddMemberForm(forms.Form):
    """Someone to give a role."""

    email = EmailField(
        label="Email address",
        max_length=254,
        error_messages={"required": "Enter an email address"},
    )
    name = TextField(label="Full name", max_length=150, required=False)
    role = SelectField(
        label="Role",
        choices=[("", "Select a role"), *ROLE_CHOICES],
        error_messages={"required": "Select a role"},
    )
    ward_code = TextField(
        label="Ward",
        max_length=60,
        required=False,
        help_text="Only for people who work on one ward, as your patient system writes it",
        nhsuk={"width": 10},
    )
    site_code = TextField(
        label="Site of that ward", max_length=30, required=False, nhsuk={"width": 10}
    )

    def clean_role(self) -> Role:
        """The role as the services know it."""
        return Role(self.cleaned_data["role"])


class AuditFilterForm(forms.Form):
    """Which audit events to list. Everything is optional; the address holds the filter."""

    action = forms.CharField(required=False, max_length=60)
    user = forms.CharField(required=False, max_length=254)
    since = forms.DateField(
        required=False, error_messages={"invalid": "The first day must be a real date"}
    )
    until = forms.DateField(
        required=False, error_messages={"invalid": "The last day must be a real date"}
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)

    def clean(self) -> dict[str, object]:
        """The first day cannot come after the last."""
        fields = super().clean() or {}
        since, until = fields.get("since"), fields.get("until")
        if isinstance(since, date) and isinstance(until, date) and since > until:
            self.add_error("until", "The last day must be the same as or after the first day")
        return fields

    def wanted(self) -> AuditWanted:
        """The filter as the query takes it. Only for a valid form."""
        return AuditWanted(**{**self.cleaned_data, "page": self.cleaned_data["page"] or 1})


def _words(held: HeldRole) -> str:
    ward = f", {held.ward}" if held.ward else ""
    return f"{held.role}{ward}, {held.organisation}"
