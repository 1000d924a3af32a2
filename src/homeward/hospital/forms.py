"""What people type or choose on this room's pages."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django import forms

from homeward.core.nhsuk_fields import TextareaField, TextField
from homeward.hospital.domain.filters import Kind, ListFilters, Show, Sort
from homeward.hospital.domain.length_of_stay import StayBand

Choice = TypeVar("Choice", bound=StrEnum)
# No name or number is longer; more is cut rather than searched for.
LONGEST_SEARCH = 100
LEAST_REASON = 10
LEAST_NOTE = 3
LONGEST_TEXT = 500


def filters_from(query: Mapping[str, str]) -> ListFilters:
    """The filters that an address holds. What cannot be understood is left at its default."""
    return ListFilters(
        site=_code(query, "site"),
        ward=_code(query, "ward"),
        specialty=_code(query, "specialty"),
        stay=_stay(query.get("stay", "")),
        show=_choice(query, "show", Show.EVERYONE),
        kind=_choice(query, "kind", Kind.INPATIENTS),
        search=query.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        sort=_choice(query, "sort", Sort.READY),
        page=_page(query.get("page", "")),
    )


def _code(query: Mapping[str, str], name: str) -> str:
    return query.get(name, "").replace("\x00", "").strip()[:LONGEST_SEARCH]


def _choice(query: Mapping[str, str], name: str, default: Choice) -> Choice:
    text = query.get(name, "")
    choices = type(default)
    return choices(text) if text in set(choices) else default


def _stay(text: str) -> int:
    return int(text) if text in {str(int(band)) for band in StayBand} else 0


def _page(text: str) -> int:
    # Longer numbers of pages do not exist and may not fit the database's integers.
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


class BreakGlassForm(forms.Form):
    """Why somebody needs to see who a restricted person is."""

    reason = TextareaField(
        label="Why do you need to open this record?",
        help_text="For example, the person has moved to your ward or you are arranging their care",
        min_length=LEAST_REASON,
        max_length=LONGEST_TEXT,
        error_messages={
            "required": "Enter why you need to open this record",
            "min_length": f"Enter at least {LEAST_REASON} letters, so that a reviewer can follow",
            "max_length": f"Enter {LONGEST_TEXT} letters or fewer",
        },
    )


class ReviewForm(forms.Form):
    """What a reviewer makes of one break-glass."""

    note = TextField(
        label="What did you find?",
        min_length=LEAST_NOTE,
        max_length=LONGEST_TEXT,
        error_messages={
            "required": "Enter what you found",
            "min_length": f"Enter at least {LEAST_NOTE} letters",
            "max_length": f"Enter {LONGEST_TEXT} letters or fewer",
        },
    )
