"""A comparison with the hospital's own list, in words."""

from dataclasses import dataclass

from homeward.hospital.domain.census import DIFFERENCE_WORDS, DifferenceKind
from homeward.hospital.domain.display import RESTRICTED_NAME
from homeward.hospital.queries.census import LastMatch


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """One difference: what, who by number, and what either list says."""

    what: str
    who: str
    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class CensusView:
    """The last comparison. hidden: numbers of restricted people the reader may not know."""

    match: LastMatch
    hidden: frozenset[str]

    @property
    def lines(self) -> list[DifferenceLine]:
        """Every difference; a hidden number is never shown."""
        return [self._line(difference) for difference in self.match.differences]

    def _line(self, difference: dict[str, str]) -> DifferenceLine:
        kind = DifferenceKind(difference["kind"])
        shown = {
            name: self._veiled(difference.get(name, "")) for name in ("place", "theirs", "ours")
        }
        return DifferenceLine(
            what=DIFFERENCE_WORDS[kind].capitalize(),
            who=shown["place"],
            theirs=shown["theirs"] or "Nobody",
            ours=shown["ours"] or "Nobody",
        )

    def _veiled(self, text: str) -> str:
        # Two people in one bed are listed by number, apart by commas.
        parts = text.split(", ")
        return ", ".join(RESTRICTED_NAME if part in self.hidden else part for part in parts)
