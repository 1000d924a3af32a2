"""The fictional places of the demo: organisations, wards, beds and the people who work there.

Nothing here exists. Every organisation code starts with ZZ, which no published
organisation uses, so a demo record is never taken for a real one.
"""

import random
from dataclasses import dataclass
from typing import Literal

Size = Literal["standard", "large"]

# A bay holds six beds, and every ward keeps a few single side rooms.
BEDS_IN_A_BAY = 6
# Places of every main site that have no numbered inpatient beds.
AREAS = {
    "ED": "Emergency department",
    "DSU": "Day surgery unit",
    "DLG": "Discharge lounge",
    "OPD": "Outpatient department",
}
LARGE_WARDS_FACTOR = 2.5


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """One organisation; kind is a value of core's organisation kinds."""

    ods: str
    name: str
    kind: str
    parent_ods: str = ""


@dataclass(frozen=True, slots=True)
class CareHome:
    """A care home with its number of beds."""

    ods: str
    name: str
    beds: int
    nursing: bool


@dataclass(frozen=True, slots=True)
class Ward:
    """One ward with numbered beds; bays is room name to bed numbers, in order."""

    trust: str
    site: str
    code: str
    name: str
    specialty: str
    bays: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def beds(self) -> tuple[tuple[str, str], ...]:
        """Every (room, bed) of the ward."""
        return tuple((room, bed) for room, beds in self.bays for bed in beds)


@dataclass(frozen=True, slots=True)
class Consultant:
    """A consultant as PV1 names one."""

    code: str
    family: str
    given: str
    specialty: str


@dataclass(frozen=True, slots=True)
class Trust:
    """An acute trust and how its patient administration system behaves.

    own_spell_after_ed: the admission gets its own visit number (A01) instead of turning
    the attendance into a spell (A06). states_offset: times carry their UTC offset.
    cancel_states_original: a cancel's EVN-6 is the time of the event it cancels.
    """

    ods: str
    name: str
    main_site: str
    own_spell_after_ed: bool
    states_offset: bool
    cancel_states_original: bool


@dataclass(frozen=True, slots=True)
class World:
    """The whole fictional health system."""

    size: Size
    organisations: list[DemoOrganisation]
    trusts: list[Trust]
    wards: list[Ward]
    consultants: dict[str, tuple[Consultant, ...]]
    care_homes: list[CareHome]
    practices: list[DemoOrganisation]
    community_trust: str
    council: str
    icb: str

    @property
    def beds(self) -> int:
        """Numbered beds over both trusts."""
        return sum(len(ward.beds) for ward in self.wards)

    def wards_of(self, trust: str) -> list[Ward]:
        """The wards of one trust, in order."""
        return [ward for ward in self.wards if ward.trust == trust]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ICB = DemoOrganisation("ZZ5", "NHS Harrowmere and Larkwater Integrated Care Board", "icb")
COUNCIL = DemoOrganisation("ZZ4", "Harrowmere and Larkwater Council", "council")
COMMUNITY = DemoOrganisation(
    "ZZ3", "Fenmoor Community Health NHS Foundation Trust", "community", "ZZ5"
)
TRUSTS = (
    Trust("ZZ1", "Harrowmere University Hospitals NHS Trust", "ZZ101", True, False, True),
    Trust("ZZ2", "Larkwater Hospitals NHS Foundation Trust", "ZZ201", False, True, False),
)
SITES = (
    DemoOrganisation("ZZ101", "Harrowmere Royal Hospital", "site", "ZZ1"),
    DemoOrganisation("ZZ102", "Vale House Hospital", "site", "ZZ1"),
    DemoOrganisation("ZZ201", "Larkwater General Hospital", "site", "ZZ2"),
    DemoOrganisation("ZZ202", "Marlstone Hospital", "site", "ZZ2"),
    DemoOrganisation("ZZ301", "Fenmoor Community Hospital", "site", "ZZ3"),
)
CARE_HOMES = (
    CareHome("ZZH01", "Larch Lodge", 28, True),
    CareHome("ZZH02", "Orchard House", 40, False),
    CareHome("ZZH03", "Kingfisher Court", 52, True),
    CareHome("ZZH04", "St Wendreda's", 31, False),
    CareHome("ZZH05", "Millrace Manor", 46, True),
    CareHome("ZZH06", "The Old Rectory", 22, False),
    CareHome("ZZH07", "Harbour & Heath Care Home", 60, True),
    CareHome("ZZH08", "Swallowfield", 35, False),
)
PRACTICE_NAMES = (
    "Lakeside Surgery",
    "Mill Lane Medical Practice",
    "Fenmoor Health Centre",
    "The Weir Practice",
    "Castle Street Surgery",
    "Dr Adeyemi & Partners",
    "Northgate Medical Centre",
    "Marlstone Family Practice",
    "Riverside Surgery",
    "Oxley Bridge Health Centre",
)
# (code, ward name, specialty, beds). Specialties are national treatment function codes.
WardPlan = tuple[str, str, str, int]
WARD_PLANS: dict[str, tuple[WardPlan, ...]] = {
    "ZZ101": (
        ("ALD", "Alder assessment unit", "326", 28),
        ("ASH", "Ash ward", "430", 28),
        ("BEE", "Beech ward", "340", 24),
        ("CED", "Cedar ward", "300", 28),
        ("ELM", "Elm ward", "320", 22),
        ("HAZ", "Hazel ward", "110", 28),
        ("HOL", "Holly ward", "100", 24),
        ("MAP", "Maple maternity ward", "501", 16),
        ("OAK", "Oak stroke unit", "328", 20),
        ("PIN", "Pine critical care", "192", 8),
        ("ROW", "Rowan ward", "301", 22),
    ),
    "ZZ102": (("SYC", "Sycamore rehabilitation ward", "314", 20),),
    "ZZ201": (
        ("ASP", "Aspen assessment unit", "326", 20),
        ("BIR", "Birch ward", "430", 24),
        ("CHE", "Cherry ward", "300", 24),
        ("CHN", "Chestnut ward", "110", 22),
        ("HAW", "Hawthorn ward", "340", 20),
        ("LIM", "Lime ward", "100", 18),
        ("MAG", "Magnolia maternity ward", "501", 10),
        ("POP", "Poplar ward", "361", 16),
    ),
    "ZZ202": (("WIL", "Willow rehabilitation ward", "314", 16),),
}
MORE_TREES = _words(
    "Acacia Almond Blackthorn Boxwood Buckthorn Cypress Damson Dogwood Elder Fir Ginkgo "
    "Hemlock Hickory Hornbeam Juniper Laburnum Laurel Linden Medlar Mulberry Myrtle Olive "
    "Pear Plum Quince Redwood Sequoia Spindle Spruce Tamarisk Teak Tulip Viburnum Walnut "
    "Wayfaring Whitebeam Wychelm Yew"
)
CONSULTANT_FAMILIES = _words(
    "Abernathy Bhattacharya Castellanos Darwish Ekwueme Fairbrother Grzybowska Hosseini "
    "Iwu Jeyaratnam Kowalczyk Llewellyn McAllister Nakamura O'Sullivan Papadakis Quayle "
    "Rahman Szymańska Thorpe Uddin Venkatesan Whitlock Xu Yilmaz Zaman"
)
CONSULTANT_GIVENS = _words(
    "Amara Bronwen Catherine Devesh Elif Fergus Grace Hamid Ingrid Joao Kenji Leila Magnus "
    "Niamh Oluwaseun Priya Rhys Samira Tomasz Vivienne Yusuf"
)
CONSULTANTS_PER_SPECIALTY = 4


def bays_of(beds: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Rooms of a ward: bays of six, and what is left over as single side rooms.

    At least two side rooms where the ward has more than one bay of beds. Bed numbers
    run through the ward, from 01.
    """
    bays = max(1, (beds - 2) // BEDS_IN_A_BAY)
    in_bays = min(beds, bays * BEDS_IN_A_BAY)
    numbers = [f"{n:02d}" for n in range(1, beds + 1)]
    rooms = [
        (f"B{bay + 1}", tuple(numbers[bay * BEDS_IN_A_BAY : (bay + 1) * BEDS_IN_A_BAY]))
        for bay in range(bays)
    ]
    rooms += [(f"SR{n + 1}", (numbers[in_bays + n],)) for n in range(beds - in_bays)]
    return tuple(rooms)


def build_world(size: Size = "standard", seed: int = 1) -> World:
    """The fictional health system of one size: about 400 inpatients, or about 1,000.

    seed: decides who the consultants are; places are the same for every seed.
    """
    rng = random.Random(seed)  # noqa: S311 - invented names, not secrets
    wards = _wards(size)
    practices = [
        DemoOrganisation(f"ZZG{n:02d}", name, "practice", ICB.ods)
        for n, name in enumerate(PRACTICE_NAMES, start=1)
    ]
    organisations = [
        ICB,
        *(DemoOrganisation(trust.ods, trust.name, "trust", ICB.ods) for trust in TRUSTS),
        COMMUNITY,
        COUNCIL,
        *SITES,
        *practices,
        *(DemoOrganisation(home.ods, home.name, "care_home") for home in CARE_HOMES),
    ]
    return World(
        size=size,
        organisations=organisations,
        trusts=list(TRUSTS),
        wards=wards,
        consultants=_consultants(sorted({ward.specialty for ward in wards}), rng),
        care_homes=list(CARE_HOMES),
        practices=practices,
        community_trust=COMMUNITY.ods,
        council=COUNCIL.ods,
        icb=ICB.ods,
    )


def _wards(size: Size) -> list[Ward]:
    wards = [
        Ward(site[:3], site, code, name, specialty, bays_of(beds))
        for site, plans in WARD_PLANS.items()
        for code, name, specialty, beds in plans
    ]
    return wards if size == "standard" else wards + _more_wards(wards)


def _more_wards(wards: list[Ward]) -> list[Ward]:
    """Further wards like the first ones, until the large system has its beds."""
    wanted = round(sum(len(ward.beds) for ward in wards) * LARGE_WARDS_FACTOR)
    have = sum(len(ward.beds) for ward in wards)
    more: list[Ward] = []
    for tree, like in zip(MORE_TREES, wards * 2, strict=False):
        if have >= wanted:
            break
        what = like.name.split(" ", 1)[1]
        more.append(
            Ward(
                like.trust, like.site, tree[:5].upper(), f"{tree} {what}", like.specialty, like.bays
            )
        )
        have += len(like.beds)
    return more


def _consultants(specialties: list[str], rng: random.Random) -> dict[str, tuple[Consultant, ...]]:
    found: dict[str, tuple[Consultant, ...]] = {}
    number = 9_900_001
    for specialty in specialties:
        people = []
        for _ in range(CONSULTANTS_PER_SPECIALTY):
            family, given = rng.choice(CONSULTANT_FAMILIES), rng.choice(CONSULTANT_GIVENS)
            people.append(Consultant(f"C{number}", family, given, specialty))
            number += 1
        found[specialty] = tuple(people)
    return found
