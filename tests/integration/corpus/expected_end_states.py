"""What each ordered message sequence of the corpus must end in.

Written down by reading the messages, as an information analyst would: which spells there are,
whose they are, when they began and ended, and which beds they lay in. Times are UTC; the messages
give London time without an offset.

Some first steps of a sequence are stored once, under another sequence's name, because the files are
equal; `complete` sequences borrow them and `as found` sequences begin where the folder begins.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

CORPUS_FOLDER = "emap/Adt"
DEFAULT_DAY = "2013-02-11"

P = "40800000"
V = "123412341234"


@dataclass(frozen=True, slots=True)
class Bed:
    """Ward, room and bed as sent in PV1-3."""

    ward: str
    room: str
    bed: str


@dataclass(frozen=True, slots=True)
class Stay:
    """A bed stay. `start` None means "from the admission"; `end` None means still there."""

    bed: Bed
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class ExpectedSpell:
    """One spell at the end. `admitted` lists every defensible answer; empty is not compared.

    stays None is not compared; `last_in` then says where the person may be last. kind is a
    letter of HL7 table 0004, or D for a day case; empty is not compared.
    """

    visit: str
    owner: str
    kind: str
    admitted: tuple[datetime, ...]
    discharged: datetime | None
    stays: tuple[Stay, ...] | None
    last_in: tuple[Bed, ...] = ()
    family_name: str | None = None
    given_name: str | None = None
    birth_date: str | None = None
    destination_cleared: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """Files in the order they were sent, and what is true after the last.

    listed: the spells that must be listed, each exactly once.
    never_open: visits that may be listed or not, but never as an open inpatient.
    never_in: beds nobody was ever in, because the move was cancelled or only pending.
    any_order: every order of arrival must end the same.
    """

    name: str
    files: tuple[str, ...]
    listed: tuple[ExpectedSpell, ...] = ()
    never_open: tuple[str, ...] = ()
    never_in: tuple[Bed, ...] = ()
    any_order: bool = False


def at(text: str) -> datetime:
    """A UTC time: `HH:MM:SS` on the corpus's usual day, or with a date before it."""
    stamp = text if "T" in text else f"{DEFAULT_DAY}T{text}"
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC)


def stay(bed: Bed, start: str | None, end: str | None) -> Stay:
    """A stay with times as `at` reads them."""
    return Stay(bed, at(start) if start else None, at(end) if end else None)


RAT_CHAIR = Bed("ED", "UCHED RAT CHAIR", "RAT-CHAIR")
MAJORS_5 = Bed("ED", "NON COVID MAJORS 05", "05-NON COVID MAJORS")
MAJORS_4 = Bed("ED", "NON COVID MAJORS 04", "04-NON COVID MAJORS")
MAJORS_16 = Bed("ED", "COVID MAJORS 16", "16-COVID MAJORS")
OTF = Bed("ED", "UCHED OTF POOL", "OTF")
EAU_8 = Bed("EAU", "UCH T00 EAU BY02", "BY02-08")
T42E_17 = Bed("T42E", "T42E BY02", "BY02-17")
T11E_17 = Bed("T11E", "T11E BY02", "BY02-17")
T11E_25 = Bed("T11E", "T11E BY02", "BY02-25")
T12S_31 = Bed("T12S", "T12S BY05", "BY05-31")
T12S_33 = Bed("T12S", "T12S BY05", "BY05-33")
T06C_41 = Bed("T06C", "T06C SR41", "SR41-41")
THEATRE_POOL = Bed("THP3", "UCHP03THR POOL01", "THR")
SDEC_11 = Bed("1020100166", "SDEC BY02", "11 SDEC")
SDEC_WAITING = Bed("1020100166", "SDEC POST-TRIAGE WAITING AREA", "POST-TRIAGE WAITING")
CANCELLED_ADMISSION_BED = Bed("ED", "SHOULD DELETE", "DELETE")
CANCELLED_TRANSFER_BED = Bed("ED", "DELETE ME", "DELETE")

ADMIT_ED = "Location/CancelDischarge/01_A01.txt"
MOVE_TO_5 = "Location/CancelDischarge/02_A02.txt"
# Also what the corpus would call generic/A01: admitted to T42E at 10:00:52.
ADMIT_T42E = "birth_date_gmt.txt"


def files(folder: str, *names: str) -> tuple[str, ...]:
    """Paths below the corpus folder."""
    return tuple(f"{folder}/{name}.txt" for name in names)


def closed(
    admitted: str | tuple[str, ...], discharged: str, *stays: Stay, birth_date: str | None = None
) -> ExpectedSpell:
    """The usual person's usual visit, ended; every such sequence says class I at the end."""
    choices = (admitted,) if isinstance(admitted, str) else admitted
    return ExpectedSpell(
        V,
        P,
        "I",
        tuple(at(choice) for choice in choices),
        at(discharged),
        stays,
        family_name="ORANGE",
        given_name="BLOOD",
        birth_date=birth_date,
    )


def still_in(
    bed: Bed,
    admitted: str,
    *earlier: Stay,
    since: str | None = None,
    kind: str = "I",
    owner: str = P,
    visit: str = V,
    name: tuple[str, str] | None = None,
    birth_date: str | None = None,
    destination_cleared: bool = False,
) -> ExpectedSpell:
    """A spell that goes on, with the bed it is in."""
    return ExpectedSpell(
        visit,
        owner,
        kind,
        (at(admitted),),
        None,
        (*earlier, stay(bed, since, None)),
        family_name=name[0] if name else None,
        given_name=name[1] if name else None,
        birth_date=birth_date,
        destination_cleared=destination_cleared,
    )


_MOVES = files("Location/Moves", "03_A02", "04_A02", "05_A02", "06_A02", "07_A06", "08_A03")
_MOVES_BEDS = (
    stay(RAT_CHAIR, None, "12:00:52"),
    stay(MAJORS_5, "12:00:52", "13:00:52"),
    stay(MAJORS_4, "13:00:52", "14:00:52"),
    stay(MAJORS_5, "14:00:52", "15:00:52"),
    stay(MAJORS_4, "15:00:52", "16:00:52"),
    stay(EAU_8, "16:00:52", "17:00:52"),
)
_CANCEL_TRANSFER = files("Location/CancelTransfer", "03_A02", "04_A12", "05_A02", "06_A03")
_CANCEL_DISCHARGE = files(
    "Location/CancelDischarge", "01_A01", "02_A02", "03_A03", "04_A13", "05_A03"
)
_CANCEL_ADMIT = files("Location/CancelAdmit", "01_A01", "02_A11", "03_A01", "04_A02", "05_A03")
_DOUBLE = files("DoubleA01WithA13", "FirstA01", "SecondA01", "A08", "A03", "A13")

ORDERED = (
    Sequence(
        "cancelled admission, then admitted two hours later under the same visit number",
        _CANCEL_ADMIT,
        (
            closed(
                "13:00:52",
                "15:00:52",
                stay(RAT_CHAIR, None, "14:00:52"),
                stay(MAJORS_5, "14:00:52", "15:00:52"),
            ),
        ),
        never_in=(CANCELLED_ADMISSION_BED,),
        any_order=True,
    ),
    Sequence(
        "cancelled admission, before the second one arrives",
        _CANCEL_ADMIT[:2],
        never_open=(V,),
        any_order=True,
    ),
    Sequence(
        "cancelled discharge, then discharged half an hour later",
        _CANCEL_DISCHARGE,
        (
            closed(
                "11:00:52",
                "13:00:52",
                stay(RAT_CHAIR, None, "12:00:52"),
                stay(MAJORS_5, "12:00:52", "13:00:52"),
            ),
        ),
        any_order=True,
    ),
    Sequence(
        "cancelled discharge, before the second one arrives",
        _CANCEL_DISCHARGE[:4],
        (
            still_in(
                MAJORS_5,
                "11:00:52",
                stay(RAT_CHAIR, None, "12:00:52"),
                since="12:00:52",
                # Back to what was true before the discharge (E), or what the cancel says (I).
                kind="",
                name=("AGBTESTD", "Satesta"),
                destination_cleared=True,
            ),
        ),
        any_order=True,
    ),
    Sequence(
        "cancelled transfer, complete: the cancel was recorded before the move it cancels",
        (ADMIT_ED, MOVE_TO_5, *_CANCEL_TRANSFER),
        (
            closed(
                "11:00:52",
                "14:00:52",
                stay(RAT_CHAIR, None, "12:00:52"),
                stay(MAJORS_5, "12:00:52", "13:00:52"),
                stay(MAJORS_4, "13:00:52", "14:00:52"),
                birth_date="1980-01-01",
            ),
        ),
        never_in=(CANCELLED_TRANSFER_BED, T11E_25),
        any_order=True,
    ),
    Sequence(
        "cancelled transfer, as found: the admission itself never arrives",
        _CANCEL_TRANSFER,
        (
            closed(
                "11:00:52",
                "14:00:52",
                stay(MAJORS_5, None, "13:00:52"),
                stay(MAJORS_4, "13:00:52", "14:00:52"),
                birth_date="1980-01-01",
            ),
        ),
        never_in=(CANCELLED_TRANSFER_BED, T11E_25),
        any_order=True,
    ),
    Sequence(
        "registered in ED, then admitted under the same visit number",
        files("Location/DuplicateSimple", "01_A04", "02_A01", "03_A02", "04_A03"),
        (
            closed(
                "12:00:52",
                "14:00:52",
                stay(MAJORS_5, None, "13:00:52"),
                stay(MAJORS_4, "13:00:52", "14:00:52"),
            ),
        ),
        any_order=True,
    ),
    Sequence(
        "five moves and a discharge, complete",
        (ADMIT_ED, *_MOVES),
        (closed(("10:00:52", "11:00:52"), "17:00:52", *_MOVES_BEDS),),
        any_order=True,
    ),
    Sequence(
        "five moves and a discharge, as found: the admission itself never arrives",
        _MOVES,
        (closed("10:00:52", "17:00:52", *_MOVES_BEDS),),
        any_order=True,
    ),
    Sequence(
        "admitted twice in one second, discharged, discharge cancelled",
        _DOUBLE,
        (
            still_in(
                T11E_17,
                "10:00:52",
                name=("AGBTESTD", "Satesta"),
                birth_date="1980-01-01",
                destination_cleared=True,
            ),
        ),
    ),
    Sequence(
        "admitted twice in one second, its files in order of name",
        tuple(sorted(_DOUBLE)),
        (still_in(T11E_17, "10:00:52", name=("AGBTESTD", "Satesta"), birth_date="1980-01-01"),),
    ),
    Sequence(
        "admitted twice in one second: the second says the right bed",
        _DOUBLE[:2],
        (still_in(T11E_17, "10:00:52", name=("ORANGE", "BLOOD"), birth_date="1980-01-01"),),
    ),
)
