"""Wards as people call them, beside the codes that feeds send."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WardNames:
    """Names of wards by (site, code). A ward nobody has named goes by its code."""

    by_place: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of(self, site: str, ward: str) -> str:
        """The ward's name."""
        return self.by_place.get((site, ward), ward)

    def code_beside(self, site: str, ward: str) -> str:
        """The code, where the name does not say it already."""
        return ward if self.by_place.get((site, ward), ward) != ward else ""

    def labelled(self, site: str, ward: str) -> str:
        """Name and code, as "Ash ward (ASH)". site "": wards of that code on every site."""
        if site:
            names = [self.of(site, ward)]
        else:
            found = {name for (_, code), name in self.by_place.items() if code == ward}
            names = sorted(found) or [ward]
        label = " or ".join(names)
        return label if label == ward else f"{label} ({ward})"


NO_NAMES = WardNames()
