"""What to look at first: short walks through the demo, each step a sign-in and a page."""

from dataclasses import dataclass

from homeward.demo.cast import BY_KEY


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who to be, which page to begin at, and what to do there."""

    actor: str
    address: str
    do: str

    @property
    def who(self) -> str:
        """The job of whoever takes this step, as words within a sentence."""
        job = BY_KEY[self.actor].job
        return job[0].lower() + job[1:]


@dataclass(frozen=True, slots=True)
class Story:
    """One thing that can be seen happening."""

    title: str
    steps: tuple[Step, ...]


STORIES = (
    Story(
        "The list is true, and proves it",
        (
            Step(
                "coordinator",
                "/list/",
                "See everyone in a bed, longest stay first. Every count opens the rows it counts.",
            ),
            Step(
                "analyst",
                "/list/census/",
                "Compare the list with the hospital's own midnight list, bed by bed.",
            ),
        ),
    ),
    Story(
        "Two people in one bed",
        (
            Step(
                "control",
                "/list/?show=clashes",
                "Someone's move was keyed with the wrong bed. The list says so, and hides neither.",
            ),
        ),
    ),
    Story(
        "A restricted person",
        (
            Step(
                "coordinator",
                "/list/?sort=name&page=99",
                "The bed shows as taken, the name does not. Open the row and say why you need it.",
            ),
            Step(
                "privacy",
                "/break-glass/",
                "See who opened the record and the reason they gave, and write what you found.",
            ),
        ),
    ),
    Story(
        "A message that could not be used",
        (
            Step(
                "engineer",
                "/quarantine/rejected/",
                "The hospital's system was left in test mode. Change “Processing ids” in the "
                "feed's settings to PT, come back and replay all three.",
            ),
        ),
    ),
    Story(
        "Two trusts that cannot see each other",
        (
            Step(
                "other-trust",
                "/list/",
                "Larkwater's list. Search for anyone of Harrowmere's: nobody is found, and the "
                "address of their page is “not found” too.",
            ),
        ),
    ),
)
