"""Which NHS.UK component shows a form field, and the options its official macro is given."""

from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from markupsafe import Markup, escape

# Looked up in this order: the first that the widget is an instance of.
COMPONENTS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.PasswordInput, "password"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
)
GROUPS = ("radios", "checkboxes", "date")
CHOSEN = ("radios", "checkboxes", "checkbox", "select")
NAMELESS = str(forms.Field.default_error_messages["required"])
# Attributes of the widget that the macro takes as options of its own.
PASSED_ON = ("autocomplete", "inputmode", "spellcheck", "autocapitalize")


def component(field: BoundField) -> str:
    """The component for a field: 'input', 'select', 'radios', 'date' and so on."""
    widget = field.field.widget
    if hasattr(widget, "parts"):
        return "date"
    return next((name for kind, name in COMPONENTS if isinstance(widget, kind)), "input")


def first_input_id(field: BoundField) -> str:
    """The id an error in the summary links to: the input to mend first."""
    if component(field) != "date":
        return field.auto_id
    wrong = next((part for part, text in _date_texts(field).items() if not text), "day")
    return f"{field.auto_id}-{wrong}"


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence: 'Ward' is 'ward'; 'NHS number' and 'I' stay."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def errors(field: BoundField) -> list[str]:
    """What is wrong with a field. Django's own "This field is required." names no field: mended."""
    verb = "Select" if component(field) in CHOSEN else "Enter"
    plain = f"{verb} {in_sentence(str(field.label))}"
    return [plain if str(error) == NAMELESS else str(error) for error in field.errors]


def params(field: BoundField) -> dict[str, Any]:
    """Everything the official macro needs to show this field with its value, hint and errors."""
    kind = component(field)
    # The first of a group's boxes takes the field's id: were it the group's as well, pressing
    # the words beside that box would choose nothing.
    own_id = {} if kind in ("radios", "checkboxes", "checkbox") else {"id": field.auto_id}
    options: dict[str, Any] = {
        **own_id,
        "idPrefix": field.auto_id,
        "name": field.html_name,
        **_labelled(field, kind),
        **_passed_on(field),
        **_contents(field, kind),
    }
    # Evaluates the lazy hints of allauth's password fields, which are lists already marked safe.
    if hint := str(field.help_text or ""):
        options["hint"] = {"html" if hasattr(hint, "__html__") else "text": hint}
    if field.errors:
        said = Markup("<br>").join(escape(error) for error in errors(field))
        options["errorMessage"] = {"html": said}
    return options | getattr(field.field, "nhsuk", {})


def _labelled(field: BoundField, kind: str) -> dict[str, Any]:
    heading = getattr(field.field, "page_heading", False)
    words: dict[str, Any] = {"text": field.label, "isPageHeading": heading}
    words["size"] = "l" if heading else ("m" if kind in GROUPS else None)
    return {"fieldset": {"legend": words}} if kind in GROUPS else {"label": words}


def _passed_on(field: BoundField) -> dict[str, Any]:
    attrs = field.field.widget.attrs
    passed = {name: attrs[name] for name in PASSED_ON if name in attrs}
    input_type = getattr(field.field.widget, "input_type", None)
    if input_type in ("email", "tel", "number", "url"):
        passed["type"] = input_type
    if field.field.disabled:
        passed["disabled"] = True
    return passed


def _contents(field: BoundField, kind: str) -> dict[str, Any]:
    value = field.value()
    if kind in ("radios", "checkboxes", "select"):
        return {"items": _choices(field, value, kind)}
    if kind == "checkbox":
        return {"items": [{"value": "on", "text": field.label, "checked": bool(value)}]}
    if kind == "date":
        return {"items": _date_items(field)}
    if kind in ("password", "file"):
        return {}
    shown = field.field.widget.format_value(value)
    return {} if shown is None else {"value": shown}


def _choices(field: BoundField, value: Any, kind: str) -> list[dict[str, Any]]:
    chosen = {str(item) for item in value} if isinstance(value, list | tuple) else {str(value)}
    hints = getattr(field.field, "choice_hints", {})
    mark = "selected" if kind == "select" else "checked"
    items = []
    for key, text in _flat(field.field.widget.choices):
        key = "" if key is None else str(key)
        # An empty choice is chosen when nothing is.
        picked = key in chosen or (key == "" and value in (None, ""))
        item: dict[str, Any] = {"value": key, "text": str(text), mark: picked}
        if key in hints:
            item["hint"] = {"text": hints[key]}
        items.append(item)
    return items


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    """Choices without their groups."""
    flat: list[tuple[Any, Any]] = []
    for key, text in choices:
        flat.extend(text if isinstance(text, list | tuple) else [(key, text)])
    return flat


def _date_texts(field: BoundField) -> dict[str, str]:
    value = field.value()
    if isinstance(value, date):
        value = (str(value.day), str(value.month), str(value.year))
    return dict(zip(("day", "month", "year"), value or ("", "", ""), strict=True))


def _date_items(field: BoundField) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{field.html_name}_{part}",
            "id": f"{field.auto_id}-{part}",
            "label": part.capitalize(),
            "width": 4 if part == "year" else 2,
            "value": text,
        }
        for part, text in _date_texts(field).items()
    ]
