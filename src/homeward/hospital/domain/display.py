"""How people and places are written."""

from datetime import date

RESTRICTED_NAME = "Restricted person"
NO_NAME = "Name not known"


def list_name(family: str, given: str) -> str:
    """FAMILY, Given as ward lists write it; says so when neither is known."""
    if not family and not given:
        return NO_NAME
    if not family or not given:
        return family.upper() or given
    return f"{family.upper()}, {given}"


def initials(family: str, given: str) -> str:
    """Initials for a screen that strangers can read."""
    return "".join(part[0].upper() for part in (given, family) if part) or "?"


def age_on(birth_date: date | None, day: date) -> int | None:
    """Age in whole years on that day; None when the birth date is unknown or still to come."""
    if birth_date is None or birth_date > day:
        return None
    before_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before_birthday


SEX_WORDS = {"M": "male", "F": "female", "O": "other", "A": "other", "N": "other"}


def sex_words(code: str) -> str:
    """The administrative gender in words; empty when unknown."""
    return SEX_WORDS.get(code.upper(), "")


def place_words(room: str, bed: str) -> str:
    """Bay and bed as one label, such as "B2 bed 04"; says so when no bed was given."""
    if not bed:
        return f"{room}, no bed given" if room else "No bed given"
    return f"{room} bed {bed}" if room else f"Bed {bed}"


def place_in_sentence(room: str, bed: str) -> str:
    """The same inside a sentence: the room's own letters are kept."""
    words = place_words(room, bed)
    return words if room else words[:1].lower() + words[1:]


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 day", "2 days": the number with its noun. `many` defaults to one + s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Orders "Bed 2" before "Bed 10": runs of digits compare as numbers."""
    parts: list[tuple[int, int, str]] = []
    run = ""
    for letter in text:
        if run and letter.isdecimal() != run[-1].isdecimal():
            parts.append(_part(run))
            run = ""
        run += letter
    if run:
        parts.append(_part(run))
    return tuple(parts)


def _part(run: str) -> tuple[int, int, str]:
    return (0, int(run), "") if run.isdecimal() else (1, 0, run.casefold())
