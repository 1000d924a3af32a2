"""Fields render as NHS.UK components with hint and error wired to the input."""

import re
from datetime import date

import pytest
from django import forms

from homeward.core import nhsuk_components
from homeward.core.nhsuk_fields import (
    CheckboxesField,
    ConfirmField,
    DateField,
    EmailField,
    IntegerField,
    PasswordField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
)
from tests.unit.core.html_tokens import tokens
from tests.unit.core.test_macros_table import render

FORM_ERRORS = '{% from "core/macros/form_errors.jinja" import form_errors %}{{ form_errors(form) }}'
AUTO_FORM = '{% from "core/macros/form.jinja" import auto_form %}{{ auto_form(form) }}'


class Everything(forms.Form):
    """One field of each kind."""

    nhs_number = TextField(label="NHS number", help_text="10 digits", nhsuk={"width": 10})
    reason = TextareaField(label="Reason", required=False)
    email = EmailField(label="Email address")
    password = PasswordField(label="Password")
    age = IntegerField(label="Age")
    ward = SelectField(label="Ward", choices=[("", "Choose"), ("A", "Ash")])
    pathway = RadiosField(
        label="Pathway", choices=[("0", "Home"), ("1", "Care")], choice_hints={"1": "A home"}
    )
    needs = CheckboxesField(label="Needs", choices=[("o", "Oxygen"), ("h", "Hoist")])
    asked = ConfirmField(label="I have asked the family")
    born = DateField(label="Date of birth")


FULL = {
    "nhs_number": "9434765919",
    "reason": "<script>",
    "email": "a@example.nhs.uk",
    "password": " secret ",
    "age": "81",
    "ward": "A",
    "pathway": "1",
    "needs": ["o", "h"],
    "asked": "on",
    "born_day": "1",
    "born_month": "2",
    "born_year": "1940",
}


def inputs_of(html, name):
    opened = [token for token in tokens(html) if token[0] == "open"]
    return [token for token in opened if f"name={name}" in token]


def test_a_form_filled_in_gives_typed_values():
    form = Everything(FULL)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["age"] == 81
    assert form.cleaned_data["born"] == date(1940, 2, 1)
    assert form.cleaned_data["password"] == " secret "


def test_an_empty_form_says_what_to_enter_in_each_field():
    form = Everything({})
    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "nhs_number": "Enter NHS number",
        "email": "Enter email address",
        "password": "Enter password",
        "age": "Enter age",
        "ward": "Select ward",
        "pathway": "Select pathway",
        "needs": "Select needs",
        "asked": "Tick the box: I have asked the family",
        "born": "Enter date of birth",
    }


def test_hint_and_error_describe_the_input():
    (opened,) = inputs_of(Everything({})["nhs_number"].as_field_group(), "nhs_number")
    assert "aria-describedby=id_nhs_number-hint id_nhs_number-error" in opened


@pytest.mark.parametrize("name", list(Everything.base_fields))
def test_every_kind_of_field_shows_its_error_and_takes_the_link_to_it(name):
    form = Everything({})
    field = form[name]
    html = field.as_field_group()
    if not field.errors:
        return
    assert f'id="{nhsuk_components.first_input_id(field)}"' in html
    assert 'class="nhsuk-error-message"' in html
    assert field.errors[0] in html


def test_what_was_typed_is_kept_but_never_a_password():
    html = render(AUTO_FORM, form=Everything(FULL))
    assert "&lt;script&gt;" in html
    assert "secret" not in html
    assert 'value="1940"' in html
    assert html.count(" checked") == 4
    assert '<option value="A" selected>' in " ".join(html.split())


def test_an_untouched_textarea_is_empty():
    assert ">None<" not in render(AUTO_FORM, form=Everything())


@pytest.mark.parametrize(
    ("day", "month", "year", "words", "wrong"),
    [
        ("", "2", "1940", "Date of birth must include a day", "day"),
        ("1", "", "", "Date of birth must include a month and year", "month"),
        ("30", "2", "1940", "Date of birth must be a real date", "day"),
        ("x", "2", "1940", "Date of birth must be a real date", "day"),
        ("1", "2", "99999", "Date of birth must be a real date", "day"),
    ],
)
def test_a_date_says_which_part_to_mend(day, month, year, words, wrong):
    form = Everything({**FULL, "born_day": day, "born_month": month, "born_year": year})
    assert form.errors["born"] == [words]
    assert nhsuk_components.first_input_id(form["born"]) == f"id_born-{wrong}"


def test_the_summary_links_each_error_to_its_field():
    form = Everything({**FULL, "email": "nobody"})
    form.add_error(None, "Someone else changed this record")
    html = " ".join(render(FORM_ERRORS, form=form).split())
    assert "There is a problem" in html
    assert 'href="#id_email"' in html
    assert "Someone else changed this record" in html


def test_a_form_without_errors_has_no_summary():
    assert render(FORM_ERRORS, form=Everything()).strip() == ""


def test_forms_of_others_get_the_same_components_and_a_named_error():
    class Theirs(forms.Form):
        login = forms.EmailField(label="Email")
        kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
        hidden = forms.CharField(widget=forms.HiddenInput)

    html = render(AUTO_FORM, form=Theirs({}))
    assert "Enter email" in html
    assert "Select kind" in html
    (login,) = inputs_of(html, "login")
    assert "class=nhsuk-input nhsuk-input--error" in login
    assert "type=email" in login


@pytest.mark.parametrize(
    ("label", "inside"),
    [("Ward", "ward"), ("NHS number", "NHS number"), ("I agree", "I agree"), ("", "")],
)
def test_labels_inside_a_sentence(label, inside):
    assert nhsuk_components.in_sentence(label) == inside


def test_no_id_stands_twice_so_that_every_label_chooses_its_own_box():
    html = render(AUTO_FORM, form=Everything())
    ids = re.findall(r' id="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    assert 'for="id_pathway"' in html
    assert '<input class="nhsuk-radios__input" id="id_pathway"' in html
