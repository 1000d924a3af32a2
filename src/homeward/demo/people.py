"""Invented people: names, birth dates, addresses and test-range NHS numbers."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homeward.demo.stays import Spell

# 999 000 000x to 999 999 999x is the range kept for tests; no living person has one.
TEST_STEM = 999_000_000
TEST_STEMS = 1_000_000
# Coprime to the number of stems, so every stem comes once, in no visible order.
STEM_STEP = 387_433
RESTRICTED_SHARE = 0.003
# PID-32 of people with an NHS number: mostly traced and verified.
STATUSES_WITH_NUMBER = (("01", 0.955), ("02", 0.98), ("03", 0.99), ("05", 1.0))


@dataclass(frozen=True, slots=True)
class NamePool:
    """Names that go together, with the national ethnic category code."""

    ethnic: str
    share: float
    families: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _pool(ethnic: str, share: float, families: str, men: str, women: str) -> NamePool:
    return NamePool(ethnic, share, _words(families), _words(men), _words(women))


POOLS = (
    _pool(
        "A",
        0.70,
        "Ashdown Atkinson Barker Bexley Birtwistle Blackwood Carter Clegg Cooper Crabtree Dawson "
        "Entwistle Fairfax Fletcher Garside Greenhalgh Hartley Hebblethwaite Holroyd Ibbotson "
        "Jessop Kershaw Lockwood Marsden Metcalfe Nuttall Oldroyd Pickering Postlethwaite "
        "Ramsbottom Robinson Shuttleworth Smith-Hughes Sutcliffe Tattersall Thackeray Unsworth "
        "Varley Wainwright Whitworth Womersley Yates Jones Evans Griffiths MacLeod Campbell "
        "Fitz-Gerald D'Arcy Le-Mesurier",
        "Albert Alan Arthur Barry Brian Charles Colin David Derek Dennis Edward Frank Fred George "
        "Gordon Harold Ian Jack James John Keith Kenneth Leslie Malcolm Martin Norman Oliver Peter "
        "Raymond Robert Ronald Roy Stanley Stephen Thomas Walter William",
        "Ada Agnes Alice Audrey Barbara Betty Brenda Carol Christine Doreen Dorothy Edith Eileen "
        "Elsie Emily Enid Ethel Florence Freda Gladys Hilda Irene Ivy Jean Joan Joyce Judith June "
        "Kathleen Lilian Mabel Margaret Marjorie Maureen Mavis Nora Olive Patricia Phyllis Rita "
        "Ruth Sheila Sylvia Vera Winifred Zoë",
    ),
    _pool(
        "B",
        0.04,
        "O'Brien O'Connell O'Neill Byrne Gallagher Ní-Dhomhnaill Ó-Súilleabháin Doyle",
        "Seán Patrick Eoin Brendan Ciarán Declan",
        "Siobhán Bridget Áine Máire Nuala Róisín",
    ),
    _pool(
        "C",
        0.05,
        "Wójcik Kowalski Nowak Łukasiewicz Šimkus Núñez Fernández-García Müller Großmann "
        "D'Angelo Horváth Popescu Dvořák Sørensen Lefèvre",
        "Łukasz Zbigniew José Jürgen André Mihai Søren Giuseppe",
        "Małgorzata Béatrice Žofia Ioana Concepción Jürgine Françoise Günay",
    ),
    _pool(
        "H",
        0.05,
        "Patel Kaur Singh Sharma Mistry Desai Venkataraman Iyer",
        "Harjit Ramesh Suresh Gurpreet Dinesh Vijay",
        "Amarjit Kamla Sushila Lakshmi Manjit Priti",
    ),
    _pool(
        "J",
        0.05,
        "Khan Hussain Ahmed Malik Mahmood Begum-Shah Qureshi",
        "Mohammed Abdul Tariq Imran Nasir Zafar",
        "Fatima Nasreen Shazia Parveen Zainab Rukhsana",
    ),
    _pool("K", 0.02, "Miah Uddin Begum Choudhury", "Abdul Rafiq Shafiq", "Rahima Ayesha Shirin"),
    _pool(
        "M",
        0.03,
        "Campbell-Reid Francis Grant Bailey Samuels Clarke",
        "Winston Delroy Clive Errol Lloyd",
        "Merlene Hyacinth Beverley Sonia Icilda",
    ),
    _pool(
        "N",
        0.03,
        "Adebayo Okonkwo Mensah Nkrumah Ng'ang'a Oyelaran Tesfaye",
        "Chukwuemeka Kwame Babatunde Kofi Tewodros",
        "Ngozi Abena Folasade Akosua Selamawit",
    ),
    _pool("R", 0.02, "Wang Li Nguyễn Chan Zhang", "Wei Jun Kwok-Wing Văn", "Fang Mei-Ling Thị Xiu"),
    _pool("S", 0.01, "Al-Hashimi Haddad Rostami Yıldız", "Omar Farid Kemal", "Layla Shirin Gülşen"),
)
# Given names of the first pool's people born since 1970; the older ones are above.
YOUNGER_SINCE = 1970
YOUNGER_MEN = _words(
    "Adam Ben Callum Connor Craig Daniel Gareth Jamie Kieran Lee Liam Luke Mark Matthew Nathan "
    "Paul Rhys Ryan Scott Simon Stuart"
)
YOUNGER_WOMEN = _words(
    "Amy Becky Chantelle Chloé Claire Danielle Emma Gemma Hannah Jade Kelly Laura Leanne Megan "
    "Nicola Rachel Sarah Sophie Stacey Tracy Zoë"
)
# People whose own script is sent as a second, alias, repetition of PID-5.
OWN_SCRIPT = {"Wang": "王", "Li": "李", "Zhang": "张", "Chan": "陳", "Haddad": "حداد"}
TOWNS = ("Harrowmere", "Larkwater", "Fenmoor", "Marlstone", "Oxley Bridge", "Nether Alding")
STREETS = (
    "Mill Lane",
    "Church Street",
    "Station Road",
    "Weir Terrace",
    "Castle Street",
    "Orchard Close",
    "Fen Drove",
    "Kingfisher Way",
    "Foundry Row",
    "Harbour Road",
    "St Wendreda's Walk",
)
BUILDINGS = ("Carter & Sons House", "Flat 3, Lock & Key Court", "The Plough & Stars Cottages")
GP_FAMILIES = ("Okafor", "Trelawny", "Ahluwalia", "Brennan", "Szabó", "Pemberton")


@dataclass(slots=True)
class Person:
    """One person as one trust's patient index holds them. The cached segment text is
    dropped whenever something in it changes."""

    mrn: str
    family: str
    given: str
    sex: str
    born: date | None
    nhs_number: str = ""
    nhs_status: str = ""
    title: str = ""
    ethnic: str = ""
    address: tuple[str, str, str] = ("", "", "")
    phone: str = ""
    practice: tuple[str, str] = ("", "")
    doctor: str = ""
    restricted: bool = False
    mother: "Person | None" = None
    birth_order: int = 0
    died: int | None = None
    merged_into: str = ""
    identified: bool = True
    spells: "list[Spell]" = field(default_factory=list)
    pid_text: str = ""

    @property
    def busy(self) -> bool:
        """Dead, merged away or in hospital now: not to be sent another visit."""
        return (
            self.died is not None
            or self.merged_into != ""
            or any(spell.is_open or spell.is_planned or spell.frozen for spell in self.spells)
        )


def check_digit(stem: int) -> int | None:
    """The mod-11 check digit of nine digits, or None where the number is never issued."""
    total = sum(
        int(digit) * weight for digit, weight in zip(f"{stem:09d}", range(10, 1, -1), strict=True)
    )
    check = 11 - total % 11
    if check == 10:
        return None
    return 0 if check == 11 else check


class NhsNumbers:
    """Hands out valid test-range NHS numbers, each once; two shares never meet.

    Raises ValueError when the share is used up (about 300,000 numbers with three shares).
    """

    def __init__(self, share: int, shares: int) -> None:
        self.index = share
        self.shares = shares

    def next(self) -> str:
        """The next unused number."""
        while self.index < TEST_STEMS:
            stem = TEST_STEM + self.index * STEM_STEP % TEST_STEMS
            self.index += self.shares
            check = check_digit(stem)
            number = f"{stem}{check}"
            if check is not None and number != "9" * 10:
                return number
        raise ValueError("no test-range NHS numbers are left")


def new_person(
    rng: random.Random,
    *,
    mrn: str,
    nhs_number: str,
    sex: str,
    born: date,
    practices: tuple[tuple[str, str], ...],
) -> Person:
    """Someone who never was. practices: (code, name) of the practices to register with."""
    pool = _choose_pool(rng)
    givens: Sequence[str] = pool.men if sex == "M" else pool.women
    if pool is POOLS[0] and born.year >= YOUNGER_SINCE:
        givens = YOUNGER_MEN if sex == "M" else YOUNGER_WOMEN
    status = _status(rng) if nhs_number else "03"
    return Person(
        mrn=mrn,
        family=rng.choice(pool.families),
        given=rng.choice(givens),
        sex=sex,
        born=born,
        nhs_number=nhs_number,
        nhs_status=status,
        title="Mr" if sex == "M" else rng.choice(("Mrs", "Ms", "Miss")),
        ethnic=pool.ethnic,
        address=new_address(rng),
        phone=f"01632 960{rng.randrange(1000):03d}",
        practice=rng.choice(practices),
        doctor=rng.choice(GP_FAMILIES),
        restricted=rng.random() < RESTRICTED_SHARE,
    )


def new_address(rng: random.Random) -> tuple[str, str, str]:
    """A street, a town and a postcode, none of which exists (no area is called ZZ)."""
    number = rng.randrange(1, 140)
    street = rng.choice(STREETS)
    line = f"{number} {street}"
    if rng.random() < 0.04:
        line = f"{rng.choice(BUILDINGS)}, {street}"
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    postcode = (
        f"ZZ{90 + rng.randrange(9)} {rng.randrange(10)}{rng.choice(letters)}{rng.choice(letters)}"
    )
    return line, rng.choice(TOWNS), postcode


def birth_date(rng: random.Random, today: date, *, mean_age: float, spread: float) -> date:
    """A birth date whose age today is about mean_age years, between 17 and 104."""
    age = min(104.0, max(17.0, rng.gauss(mean_age, spread)))
    return today - timedelta(days=int(age * 365.25) + rng.randrange(3))


def _choose_pool(rng: random.Random) -> NamePool:
    ticket = rng.random()
    for pool in POOLS:
        ticket -= pool.share
        if ticket < 0:
            return pool
    return POOLS[0]


def _status(rng: random.Random) -> str:
    ticket = rng.random()
    return next(status for status, upto in STATUSES_WITH_NUMBER if ticket < upto)
