"""Who signs in to the demo, one for each job. All fictional."""

from dataclasses import dataclass

from homeward.core.domain.roles import Role

# Said on the sign-in page and in the terminal: there is nothing here to protect.
PASSWORD = "homeward-demo"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Actor:
    """One card of the sign-in page."""

    key: str
    name: str
    job: str
    does: str
    role: Role
    organisation: str
    ward: str = ""
    site: str = ""

    @property
    def email(self) -> str:
        """Their address, in a domain that can never receive mail."""
        return f"{self.key}@demo.invalid"


CAST = (
    Actor(
        "sister",
        "Sister Amara Bright",
        "Sister on Ash ward",
        "sees who is on the ward and who is going home",
        Role.WARD_NURSE,
        "ZZ1",
        "ASH",
        "ZZ101",
    ),
    Actor(
        "coordinator",
        "Tom Reedmace",
        "Discharge coordinator",
        "works through everyone in the hospital, longest first",
        Role.DISCHARGE_COORDINATOR,
        "ZZ1",
    ),
    Actor(
        "control",
        "Nadia Westerling",
        "Control centre manager",
        "watches beds, long stays and clashes",
        Role.CONTROL_CENTRE,
        "ZZ1",
    ),
    Actor(
        "analyst",
        "Piotr Lindqvist",
        "Information analyst",
        "exports the list and checks it against the midnight census",
        Role.ANALYST,
        "ZZ1",
    ),
    Actor(
        "engineer",
        "Grace Okonjo-Vale",
        "Integration engineer",
        "looks after the feeds, the message log and the quarantine",
        Role.INTEGRATION_ENGINEER,
        "ZZ1",
    ),
    Actor(
        "privacy",
        "Helen Marchmont",
        "Privacy officer",
        "reviews who has looked at whom, and why",
        Role.PRIVACY_OFFICER,
        "ZZ1",
    ),
    Actor(
        "administrator",
        "Idris Fallow",
        "Administrator",
        "gives people their roles",
        Role.ADMINISTRATOR,
        "ZZ1",
    ),
    Actor(
        "other-trust",
        "Bronwen Tarrant",
        "Discharge coordinator at the other trust",
        "sees Larkwater's people, and none of Harrowmere's",
        Role.DISCHARGE_COORDINATOR,
        "ZZ2",
    ),
)
BY_KEY = {actor.key: actor for actor in CAST}
