"""Many fields of a message in one go, for consumers that want the same ones every time."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from homeward.gateway.domain.hl7.message import Message

Fields = Mapping[str, Sequence[int]]
_Getter = Callable[[list[str]], tuple[str, ...]]

_NONE: list[str] = []


class _Plan(NamedTuple):
    """What to take of one segment. length: how many fields the getters reach into."""

    name: str
    length: int
    values: _Getter | None
    components: _Getter | None
    repetitions: _Getter | None


# Values, components and repetitions in the order the picker names them; absent: "" or [].
Picked = tuple[list[str], list[list[str]], list[list[list[str]]]]


class Picker:
    """Reads fixed fields of the first segment of each name, cheaper than one by one.

    values: fields of which the first component is wanted, as `Message.value` gives it.
    components: as `Message.components`. repetitions: as `Message.repetitions`.
    Each maps a segment's name to field numbers; results come segment by segment, in the order
    in which the three first name a segment. MSH-1 and MSH-2 are no data and refused.
    """

    __slots__ = ("_names", "_plans")

    def __init__(
        self, *, values: Fields, components: Fields | None = None, repetitions: Fields | None = None
    ) -> None:
        wanted = (values, components or {}, repetitions or {})
        names = dict.fromkeys(name for fields in wanted for name in fields)
        self._names = frozenset(names)
        self._plans = tuple(
            _plan(name, [fields.get(name, ()) for fields in wanted]) for name in names
        )

    def pick(self, message: Message) -> Picked:
        """The named fields of one message."""
        rules = message.rules
        comp, rep, sub, esc = rules.comp, rules.rep, rules.sub, rules.esc
        values: list[str] = []
        components: list[list[str]] = []
        repetitions: list[list[list[str]]] = []
        found = message.split_first(self._names)
        for name, length, get_values, get_components, get_repetitions in self._plans:
            fields = found.get(name, _NONE)
            if len(fields) < length:
                fields = fields + [""] * (length - len(fields))
            # One look at wanted fields together spares a look at each of them.
            if get_values:
                raw = get_values(fields)
                seen = "".join(raw)
                if comp in seen or rep in seen or sub in seen or esc in seen:
                    values += [rules.part(text, 1, 1, 1) for text in raw]
                else:
                    values += raw
            if get_components:
                raw = get_components(fields)
                seen = "".join(raw)
                plain = not (rep in seen or sub in seen or esc in seen)
                for text in raw:
                    if not text:
                        components.append([])
                    else:
                        components.append(text.split(comp) if plain else rules.components(text))
            if get_repetitions:
                repetitions.extend(map(rules.repetitions, get_repetitions(fields)))
        return values, components, repetitions


def _plan(name: str, wanted: Sequence[Sequence[int]]) -> _Plan:
    if len(name) != 3:
        raise ValueError(f"{name!r} is not the name of a segment")
    numbers = [number for fields in wanted for number in fields]
    if any(number < 1 for number in numbers):
        raise ValueError("fields are numbered from 1")
    if name == "MSH" and any(number < 3 for number in numbers):
        raise ValueError("MSH-1 and MSH-2 hold delimiters, not data")
    return _Plan(name, max(numbers, default=0) + 1, *map(_getter, wanted))


def _getter(numbers: Sequence[int]) -> _Getter | None:
    if not numbers:
        return None
    if len(numbers) > 1:
        return itemgetter(*numbers)
    only = numbers[0]
    return lambda fields: (fields[only],)
