"""How python-hl7 is asked the questions that our reader answers."""

from collections.abc import Iterator

import hl7

from homeward.gateway.domain.hl7 import Message, Segment, unescape

Parts = list[list[str]]


def compared_parts(theirs: hl7.Segment, ours: Segment) -> Iterator[tuple[int, Parts, Parts]]:
    """Each data field's number, and its parts by python-hl7 and by us."""
    first_data_field = 3 if ours.name == "MSH" else 1
    for number in range(first_data_field, len(ours.fields)):
        our_parts = ours.repetitions(number)
        field = theirs(number) if number < len(theirs) else ""
        # python-hl7 has one empty repetition where we have none.
        yield number, their_parts(field) if str(field) else [], our_parts


def their_parts(field: object) -> Parts:
    """Repetitions by component, first sub-components, however deep python-hl7 nested them."""
    if not isinstance(field, hl7.Field):
        return [[str(field)]]
    return [
        [first_leaf(part) for part in repetition]
        if isinstance(repetition, hl7.Repetition)
        else [str(repetition)]
        for repetition in field
    ]


def first_leaf(part: object) -> str:
    return str(part[0]) if isinstance(part, hl7.Component) else str(part)


def unescaped(parts: Parts, message: Message) -> Parts:
    """python-hl7's parts as read by the message's own escapes, which it leaves as sent."""
    return [[unescape(part, message.encoding, message.charset) for part in row] for row in parts]
