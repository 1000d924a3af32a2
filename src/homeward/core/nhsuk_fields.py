"""Form fields that render themselves as NHS.UK components, errors and hints wired to the input.

A form lists these fields; a template writes `{{ form.place.as_field_group() }}`, or
`auto_form(form)` for all of them. `nhsuk` passes options straight to the component's macro, as in
`TextField(label="NHS number", nhsuk={"width": 10, "inputmode": "numeric"})`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

from homeward.core import nhsuk_components
from homeward.core.nhsuk_components import in_sentence

TEMPLATE = "core/fields/field.jinja"
RENDERER = TemplatesSetting()


class NhsukField(forms.Field):
    """What all our fields share: the component's template, its options and plain error words.

    nhsuk: more options for the official macro. page_heading: the label is the page's h1, for pages
    that ask one thing. choice_hints: a hint by choice value, for radios and checkboxes.
    """

    verb = "Enter"

    def __init__(
        self,
        *args: Any,
        nhsuk: Mapping[str, Any] | None = None,
        page_heading: bool = False,
        choice_hints: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.nhsuk = dict(nhsuk or {})
        self.page_heading = page_heading
        self.choice_hints = dict(choice_hints or {})
        if label := kwargs.get("label"):
            said = {"required": f"{self.verb} {in_sentence(str(label))}"}
            kwargs["error_messages"] = said | dict(kwargs.get("error_messages") or {})
        super().__init__(*args, template_name=TEMPLATE, **kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """The field of one form, rendered by our template engine whatever the form's own is."""
        bound = super().get_bound_field(form, field_name)
        bound.renderer = RENDERER
        return bound


class TextField(NhsukField, forms.CharField):
    """One line of text."""


class TextareaField(NhsukField, forms.CharField):
    """Several lines of text."""

    widget = forms.Textarea


class EmailField(NhsukField, forms.EmailField):
    """An e-mail address."""

    default_error_messages = {
        "invalid": "Enter an email address in the correct format, like name@example.com"
    }


class PasswordField(NhsukField, forms.CharField):
    """A password, never filled in again and never stripped."""

    widget = forms.PasswordInput

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, strip=False, **kwargs)


class IntegerField(NhsukField, forms.IntegerField):
    """A whole number, typed as text: number inputs change under a scrolling mouse."""

    widget = forms.TextInput

    def __init__(self, *args: Any, nhsuk: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(
            *args, nhsuk={"inputmode": "numeric", "width": 5, **(nhsuk or {})}, **kwargs
        )
        label = in_sentence(str(self.label)) if self.label else "the number"
        self.error_messages["invalid"] = f"Enter {label} as a whole number"


class SelectField(NhsukField, forms.ChoiceField):
    """One of many choices, in a list that drops down."""

    verb = "Select"


class RadiosField(NhsukField, forms.ChoiceField):
    """One of a few choices, all in sight."""

    verb = "Select"
    widget = forms.RadioSelect


class CheckboxesField(NhsukField, forms.MultipleChoiceField):
    """Any number of choices."""

    verb = "Select"
    widget = forms.CheckboxSelectMultiple


class ConfirmField(NhsukField, forms.BooleanField):
    """One box to tick: "I have asked the family"."""

    verb = "Tick the box:"


class DateParts(forms.TextInput):
    """Day, month and year in three boxes; the value is the three texts as typed."""

    parts = ("day", "month", "year")

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> tuple[str, ...] | None:
        """What was typed in the three boxes, or None when all are empty."""
        typed = tuple(str(data.get(f"{name}_{part}", "")).strip() for part in self.parts)
        return typed if any(typed) else None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether the form came without these boxes."""
        return not any(f"{name}_{part}" in data for part in self.parts)


class DateField(NhsukField):
    """A date in three boxes. Gives a `date`, or None when it may be empty and is."""

    widget = DateParts

    def to_python(self, value: Any) -> date | None:
        """The date typed. Raises ValidationError that says which part is missing or unreal."""
        if value is None or isinstance(value, date):
            return value
        name = str(self.label or "Date")
        missing = [part for part, text in zip(DateParts.parts, value, strict=True) if not text]
        if missing:
            raise forms.ValidationError(f"{name} must include a {' and '.join(missing)}")
        try:
            day, month, year = (int(text) for text in value)
            return date(year, month, day)
        except ValueError:
            raise forms.ValidationError(f"{name} must be a real date") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another date was typed than the form started with."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except forms.ValidationError:
            return True


FILTERS = {
    "field_errors": nhsuk_components.errors,
    "first_input_id": nhsuk_components.first_input_id,
    "nhsuk_component": nhsuk_components.component,
    "nhsuk_params": nhsuk_components.params,
}
