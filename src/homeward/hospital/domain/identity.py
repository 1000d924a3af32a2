"""Who is who: merges, changed numbers and moved visits, which hold for all time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from homeward.hospital.domain.events import LINKS, FeedEvent, Kind


@dataclass(slots=True)
class Links:
    """What the identity messages of a history add up to."""

    merged_into: dict[UUID, UUID] = field(default_factory=dict)
    visit_owner: dict[UUID, UUID] = field(default_factory=dict)
    visit_merged_into: dict[UUID, UUID] = field(default_factory=dict)

    def person(self, key: UUID) -> UUID:
        """Whoever that person is in the end."""
        return _end(self.merged_into, key)

    def visit(self, key: UUID) -> UUID:
        """Whichever visit that one is in the end."""
        return _end(self.visit_merged_into, key)

    def add(self, event: FeedEvent) -> None:
        """Take in one identity message; the latest one about anybody wins."""
        if event.kind in (Kind.MERGE_PERSON, Kind.CHANGE_ID):
            self._merge(self.merged_into, event.person, event.others)
        elif event.kind in (Kind.MERGE_VISIT, Kind.RENAME_VISIT) and event.spell is not None:
            self._merge(self.visit_merged_into, event.spell, event.other_spells)
        elif event.kind is Kind.MOVE_VISIT:
            moved = (event.spell, *event.other_spells)
            self.visit_owner.update({key: event.person for key in moved if key is not None})

    @staticmethod
    def _merge(into: dict[UUID, UUID], survivor: UUID, losers: Iterable[UUID]) -> None:
        for loser in losers:
            if loser == survivor:
                continue
            if _end(into, survivor) == _end(into, loser):
                # Merging back the other way makes the survivor stand on its own again.
                into.pop(survivor, None)
            into[loser] = survivor


def links_of(events: Iterable[FeedEvent]) -> Links:
    """The links of a history given in effect order."""
    links = Links()
    for event in events:
        if event.kind in LINKS:
            links.add(event)
    return links


def _end(into: dict[UUID, UUID], key: UUID) -> UUID:
    seen = {key}
    while key in into:
        key = into[key]
        if key in seen:
            break
        seen.add(key)
    return key


class Clusters:
    """People who must be folded together, as a union-find over person keys."""

    def __init__(self) -> None:
        self._parent: dict[UUID, UUID] = {}

    def find(self, key: UUID) -> UUID:
        """The smallest key of everyone joined with this one."""
        parent = self._parent
        root = key
        while (above := parent.get(root, root)) != root:
            root = above
        while (above := parent.get(key, key)) != root:
            parent[key] = root
            key = above
        return root

    def join(self, keys: Iterable[UUID]) -> UUID:
        """Join everyone given; the smallest key names them all."""
        roots = {self.find(key) for key in keys}
        least = min(roots)
        for root in roots:
            self._parent[root] = least
        return least
