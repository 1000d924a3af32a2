"""Forms of this room's pages."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms

from homeward.core.nhsuk_fields import (
    IntegerField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
)
from homeward.gateway.domain.hl7 import Hl7Error
from homeward.gateway.domain.hl7.charsets import default_codec
from homeward.gateway.models import Acknowledgement, Disposition, Outcome, Semantics
from homeward.gateway.queries.messages import HOUR, NOT_TAKEN, LogWanted
from homeward.hospital.domain.classes import PatientClass
from homeward.hospital.domain.readiness import FACT_KINDS

LONGEST_REASON = 300
HIGHEST_PAGE = 1_000_000
HIGHEST_RECEIPT = 2**63 - 1
YES, NO = "yes", "no"
FACT_KEYS = frozenset({"fact", "segment", "code", "position", "values"})
OUTCOME_CHOICES = [
    ("", "Any"),
    (NOT_TAKEN, "Quarantined or rejected"),
    *((outcome.value, str(outcome.label)) for outcome in Outcome),
]


class LogFilterForm(forms.Form):
    """Which messages to list. Everything is optional; the address holds the filter."""

    feed = forms.CharField(required=False, max_length=60)
    outcome = forms.ChoiceField(
        required=False,
        choices=OUTCOME_CHOICES,
        error_messages={"invalid_choice": "Select an outcome from the list"},
    )
    trigger = forms.CharField(required=False, max_length=10, label="Event")
    control = forms.CharField(required=False, max_length=199, label="Control id")
    day = forms.DateField(required=False, error_messages={"invalid": "Day must be a real date"})
    hour = forms.CharField(required=False, max_length=14)
    within = forms.ChoiceField(
        required=False,
        choices=[("", ""), (HOUR, "")],
        error_messages={"invalid_choice": "Only the last hour can be asked for"},
    )
    person = forms.UUIDField(
        required=False, error_messages={"invalid": "Follow the link from a person's page"}
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST_PAGE)

    def clean_hour(self) -> datetime | None:
        """The UTC hour, written as 2026-11-22T08Z."""
        text = self.cleaned_data["hour"]
        if not text:
            return None
        try:
            return datetime.strptime(text, "%Y-%m-%dT%HZ").replace(tzinfo=UTC)
        except ValueError:
            raise forms.ValidationError("Hour must look like 2026-11-22T08Z") from None

    def typed(self) -> dict[str, str]:
        """Everything as it was typed, right or wrong, but the page."""
        return {name: str(self[name].value() or "") for name in self.fields if name != "page"}

    def wanted(self) -> LogWanted:
        """The filter as the query takes it. Only for a valid form."""
        fields = {**self.cleaned_data, "page": self.cleaned_data["page"] or 1}
        return LogWanted(**fields)


class PageForm(forms.Form):
    """Which page of a list."""

    page = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST_PAGE)


class GroupForm(forms.Form):
    """Which messages of a group: above one receipt and up to another."""

    after = forms.IntegerField(required=False, min_value=0, max_value=HIGHEST_RECEIPT)
    upto = forms.IntegerField(required=False, min_value=0, max_value=HIGHEST_RECEIPT)


class ReasonForm(forms.Form):
    """Why a person decides as they do."""

    reason = TextField(
        label="Why?",
        help_text="Kept with the message, beside your name",
        max_length=LONGEST_REASON,
        error_messages={
            "required": "Enter why",
            "max_length": f"Enter {LONGEST_REASON} letters or fewer",
        },
    )


def _yes_no(label: str, hint: str) -> RadiosField:
    return RadiosField(
        label=label,
        help_text=hint,
        choices=[(YES, "Yes"), (NO, "No")],
        nhsuk={"inline": True, "classes": "nhsuk-radios--inline"},
    )


class FeedForm(forms.Form):
    """A feed's settings. Switches and maps have the form that people type."""

    application = TextField(
        label="Sending system",
        help_text="MSH-3 of its messages. Leave empty to take any",
        required=False,
        max_length=180,
        nhsuk={"width": 20},
    )
    facility = TextField(
        label="Sending organisation",
        help_text="MSH-4 of its messages. Leave empty to take any",
        required=False,
        max_length=180,
        nhsuk={"width": 20},
    )
    enabled = _yes_no("Take messages from this feed", "No: its messages are rejected")
    silent_after_minutes = IntegerField(
        label="Minutes of silence before a warning",
        help_text="0: never warn",
        min_value=0,
        max_value=100_000,
        error_messages={
            "min_value": "Minutes of silence must be 0 or more",
            "max_value": "Minutes of silence must be 100,000 or fewer",
        },
    )
    local_authority = TextField(
        label="Local identifier",
        help_text="Assigning authority or type of the hospital's own number in PID-3. Leave empty "
        "to take the first that is not the NHS number",
        required=False,
        max_length=60,
        nhsuk={"width": 10},
    )
    time_zone = TextField(
        label="Time zone",
        help_text="For times sent without an offset, for example Europe/London",
        max_length=60,
        nhsuk={"width": 20},
    )
    charset = TextField(
        label="Character set",
        help_text="For messages that name none in MSH-18, for example utf-8 or 8859/1",
        max_length=20,
        nhsuk={"width": 10},
    )
    semantics = RadiosField(label="What an empty field means", choices=Semantics.choices)
    disposition = RadiosField(
        label="What PV1-36 holds", help_text="PV1-37 holds the other", choices=Disposition.choices
    )
    strict = _yes_no(
        "Strict",
        "Yes: the sender is told of every message that is quarantined or not read here",
    )
    processing_ids = TextField(
        label="Processing ids",
        help_text="Letters of MSH-11 that are taken: P, T or D, for example P or PT",
        max_length=10,
        nhsuk={"width": 5},
    )
    control_id_unique = _yes_no(
        "Control ids are unique", "No: messages are told apart by their whole text"
    )
    repeat_window_days = IntegerField(
        label="Days for which a repeat is known",
        min_value=1,
        max_value=3650,
        error_messages={
            "min_value": "Days must be 1 or more",
            "max_value": "Days must be 3,650 or fewer",
        },
    )
    acknowledgement = SelectField(label="Replies", choices=Acknowledgement.choices)
    class_map = TextareaField(
        label="Patient classes",
        help_text="One a line: the code in PV1-2, an equals sign and one of "
        f"{', '.join(PatientClass)}. They add to the usual codes",
        required=False,
        nhsuk={"rows": 4, "spellcheck": False},
    )
    fact_map = TextareaField(
        label="Readiness facts",
        help_text='JSON, for example [{"fact": "criteria_to_reside", "segment": "OBX", '
        '"code": "CTR", "values": {"N": "no"}}]',
        required=False,
        nhsuk={"rows": 6, "spellcheck": False},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_time_zone(self) -> str:
        """A zone this machine knows."""
        zone = str(self.cleaned_data["time_zone"])
        if zone not in available_timezones():
            raise forms.ValidationError("Enter a time zone such as Europe/London")
        return zone

    def clean_charset(self) -> str:
        """A character set the reader knows."""
        name = str(self.cleaned_data["charset"])
        try:
            default_codec(name)
        except Hl7Error:
            raise forms.ValidationError("Enter a character set such as utf-8 or 8859/1") from None
        return name

    def clean_processing_ids(self) -> str:
        """Letters of HL7 table 0103, once each."""
        letters = "".join(dict.fromkeys(str(self.cleaned_data["processing_ids"]).upper()))
        if set(letters) - set("PTD"):
            raise forms.ValidationError("Processing ids can only be P, T or D")
        return letters

    def clean_class_map(self) -> dict[str, str]:
        """Each line CODE=class; names the line that is not."""
        found: dict[str, str] = {}
        for number, line in enumerate(self.cleaned_data["class_map"].splitlines(), 1):
            if not line.strip():
                continue
            code, equals, kind = (part.strip() for part in line.partition("="))
            if not code or not equals or kind not in set(PatientClass):
                raise forms.ValidationError(
                    f"Line {number} must be a code, an equals sign and one of "
                    f"{', '.join(PatientClass)}"
                )
            found[code] = kind
        return found

    def clean_fact_map(self) -> list[dict[str, Any]]:
        """A list of rules as FactRule has them; names the rule that is not."""
        text = self.cleaned_data["fact_map"].strip()
        if not text:
            return []
        try:
            rules = json.loads(text)
        except ValueError as error:
            raise forms.ValidationError(f"Readiness facts must be JSON: {error}") from None
        if not isinstance(rules, list):
            raise forms.ValidationError("Readiness facts must be a list in square brackets")
        for number, rule in enumerate(rules, 1):
            if wrong := _wrong_rule(rule):
                raise forms.ValidationError(f"Rule {number}: {wrong}")
        return rules

    def values(self) -> dict[str, Any]:
        """The settings as the service takes them. Only for a valid form."""
        switches = ("enabled", "strict", "control_id_unique")
        return {
            name: value == YES if name in switches else value
            for name, value in self.cleaned_data.items()
            if name != "version"
        }


def _wrong_rule(rule: object) -> str:
    """What is wrong with one rule; "" when nothing is."""
    if not isinstance(rule, dict) or not {"fact", "segment"} <= set(rule):
        return "it must name a fact and a segment"
    if unknown := sorted(set(rule) - FACT_KEYS):
        return f"{unknown[0]} is not one of {', '.join(sorted(FACT_KEYS))}"
    if rule["fact"] not in FACT_KINDS:
        return f"the fact must be one of {', '.join(FACT_KINDS)}"
    if not all(isinstance(rule.get(key, ""), str) for key in ("segment", "code")):
        return "segment and code must be in quotation marks"
    position = rule.get("position", 5)
    if not isinstance(position, int) or isinstance(position, bool) or position < 1:
        return "the position must be a whole number from 1"
    values = rule.get("values", {})
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        return "values must be what is sent and what it means, both in quotation marks"
    return ""


def initial_of(settings: Mapping[str, Any], version: int) -> dict[str, Any]:
    """A feed's settings as the form shows them."""
    classes: Sequence[str] = [f"{code} = {kind}" for code, kind in settings["class_map"].items()]
    switches = ("enabled", "strict", "control_id_unique")
    facts = settings["fact_map"]
    return {
        **settings,
        **{name: YES if settings[name] else NO for name in switches},
        "class_map": "\n".join(classes),
        "fact_map": json.dumps(facts, indent=2, ensure_ascii=False) if facts else "",
        "version": version,
    }
