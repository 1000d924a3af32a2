"""Arguments that this room's commands share."""

from datetime import datetime

from homeward.core.errors import BadInput
from homeward.hospital.domain.length_of_stay import LONDON
from homeward.hospital.queries.organisations import Hospital, hospitals, organisation_or_none


def moment(text: str, option: str = "--at") -> datetime:
    """A moment in ISO 8601; without an offset it is Europe/London. Raises BadInput."""
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput(
            f"{option}: {text!r} is not a time; write it as 2026-11-22T08:00 or with an offset"
        ) from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=LONDON)


def known_organisation(code: str) -> Hospital:
    """The organisation with that ODS code. Raises BadInput when there is none."""
    found = organisation_or_none(code.strip().upper())
    if found is None:
        raise BadInput(f"--org: no organisation has the code {code}")
    return found


def one_hospital(code: str | None) -> Hospital:
    """The organisation asked for, or the only one with people in it. Raises BadInput."""
    if code is not None:
        return known_organisation(code)
    found = hospitals()
    if len(found) != 1:
        codes = ", ".join(hospital.ods_code for hospital in found) or "none has any spell"
        raise BadInput(f"--org: say which organisation ({codes})")
    return found[0]
