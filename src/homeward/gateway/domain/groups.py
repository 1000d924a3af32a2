"""A message's segments by the person they are about: A17 and merges may speak of several."""

from collections.abc import Iterable

from homeward.gateway.domain.hl7 import Message, Segment

ABOUT_A_PERSON = frozenset({"PID", "PD1", "PV1", "PV2", "MRG"})


class Group:
    """One PID and what follows it, the first segment of each name."""

    __slots__ = ("_segments",)

    def __init__(self, segments: dict[str, Segment]) -> None:
        self._segments = segments

    def has(self, name: str) -> bool:
        """Whether the segment is there."""
        return name in self._segments

    def value(self, name: str, field: int, component: int = 1) -> str:
        """The unescaped text of a component; "" when absent."""
        segment = self._segments.get(name)
        if segment is None:
            return ""
        text = segment.field(field)
        # Most fields are empty or one plain word, and need no taking apart.
        if not text or (component == 1 and text.isalnum()):
            return text
        return segment.value(field, component).strip()

    def repetitions(self, name: str, field: int) -> list[list[str]]:
        """Every repetition of a field by component; [] when absent."""
        segment = self._segments.get(name)
        return segment.repetitions(field) if segment is not None else []

    def segment(self, name: str) -> Segment | None:
        """The segment itself."""
        return self._segments.get(name)


def only_group(message: Message) -> Group:
    """The one person of an ordinary message."""
    found = ((name, message.first(name)) for name in ABOUT_A_PERSON)
    return Group({name: segment for name, segment in found if segment is not None})


def groups(segments: Iterable[Segment]) -> list[Group]:
    """A group for every PID, in order."""
    found: list[dict[str, Segment]] = []
    for segment in segments:
        if segment.name == "PID":
            found.append({})
        if found and segment.name in ABOUT_A_PERSON:
            found[-1].setdefault(segment.name, segment)
    return [Group(each) for each in found]
