"""Delimiters, escapes, and how one field's text is taken apart."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from homeward.gateway.domain.hl7.errors import Hl7Error

# Stands for a delimiter that MSH-2 does not declare. The reader refuses messages that hold a
# NUL, so it never matches, and no reading path has to ask whether a delimiter exists.
_NEVER = "\0"


@dataclass(frozen=True, slots=True)
class Encoding:
    """The delimiters one message declares, a character each; "" for one it does not declare.

    field is MSH-1, the rest is MSH-2 in its order; truncation (`#`) came with version 2.7.
    """

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""

    @property
    def characters(self) -> str:
        """What MSH-2 says."""
        return self.component + self.repetition + self.escape + self.subcomponent + self.truncation


STANDARD = Encoding()


def read_encoding(field: str, characters: str) -> Encoding:
    """The encoding that MSH-1 and MSH-2 declare.

    Two slips of senders are understood: an escape character doubled by a programming language
    (`^~\\\\&`), and one left out before `&` (`^~&`), which means there is none.
    Raises Hl7Error when a delimiter is a letter, digit or blank, is not ASCII, or stands for two
    things.
    """
    chars = characters
    if len(chars) > 4 and chars[2:4] == "\\\\":
        chars = chars[:3] + chars[4:]
    elif len(chars) == 3 and chars[2] == "&":
        return _checked(Encoding(field, chars[0], chars[1], escape="", subcomponent=chars[2]))
    if not chars:
        raise Hl7Error("MSH-2 is empty: it must name the encoding characters")
    if len(chars) > 5:
        raise Hl7Error(f"MSH-2 holds {len(chars)} characters: at most 5 have a meaning")
    return _checked(Encoding(field, *chars, *("",) * (4 - len(chars))))


def _checked(encoding: Encoding) -> Encoding:
    declared = encoding.field + encoding.characters
    for char in declared:
        if not char.isascii() or char.isalnum() or char.isspace() or not char.isprintable():
            raise Hl7Error(f"MSH-1 or MSH-2 names {char!r}, which cannot be a delimiter")
    if len(set(declared)) < len(declared):
        raise Hl7Error(f"MSH-1 and MSH-2 use one delimiter for two things: {declared!r}")
    return encoding


Unescaper = Callable[[str], str]
Parter = Callable[[str, int, int, int], str]


class Rules:
    """An encoding and a charset made ready for use: one object for all messages alike.

    A delimiter that is not declared is a character that no message holds.
    """

    __slots__ = (
        "charset", "comp", "components", "encoding", "esc", "part", "rep", "repetitions", "sep",
        "sub", "unescape",
    )  # fmt: skip

    def __init__(self, encoding: Encoding, charset: str) -> None:
        self.encoding = encoding
        self.charset = charset
        self.sep = encoding.field
        self.comp = encoding.component or _NEVER
        self.rep = encoding.repetition or _NEVER
        self.esc = encoding.escape or _NEVER
        self.sub = encoding.subcomponent or _NEVER
        self.unescape = _unescaper(encoding, charset)
        self.part = _parter(self)
        self.components = _component_splitter(self)
        self.repetitions = _repetition_splitter(self)


def _parter(rules: Rules) -> Parter:
    comp, rep, sub, esc = rules.comp, rules.rep, rules.sub, rules.esc
    unescape = rules.unescape

    # The busiest lines of the gateway: closed-over names and no calls cost half of methods.
    def part(text: str, component: int, subcomponent: int, repetition: int) -> str:
        """One part of a raw field, unescaped; "" when there is no such part.

        All three count from 1. Component 0 is the whole repetition, subcomponent 0 the whole
        component, repetition 0 the whole field, delimiters and all.
        """
        try:
            if repetition and (rep in text or repetition > 1):
                text = text.split(rep, repetition)[repetition - 1]
            if component and repetition:
                if comp in text or component > 1:
                    text = text.split(comp, component)[component - 1]
                if subcomponent and (sub in text or subcomponent > 1):
                    text = text.split(sub, subcomponent)[subcomponent - 1]
        except IndexError:
            return ""
        return unescape(text) if esc in text else text

    return part


def _component_splitter(rules: Rules) -> Callable[[str], list[str]]:
    comp, rep, sub, esc = rules.comp, rules.rep, rules.sub, rules.esc
    unescape = rules.unescape

    def components(text: str) -> list[str]:
        """The components of the first repetition: first sub-components, unescaped."""
        if rep in text:
            text = text.split(rep, 1)[0]
        found = text.split(comp)
        if sub in text:
            found = [part.split(sub, 1)[0] for part in found]
        if esc in text:
            found = [unescape(part) for part in found]
        return found

    return components


def _repetition_splitter(rules: Rules) -> Callable[[str], list[list[str]]]:
    comp, rep, sub, esc = rules.comp, rules.rep, rules.sub, rules.esc
    components = rules.components

    def repetitions(text: str) -> list[list[str]]:
        """Every repetition as its components; an empty field has none."""
        if not text:
            return []
        if sub in text or esc in text:
            return [components(repetition) for repetition in text.split(rep)]
        return [repetition.split(comp) for repetition in text.split(rep)]

    return repetitions


@lru_cache(maxsize=128)
def rules_for(field: str, characters: str, charset: str) -> Rules:
    """The rules of every message with this MSH-1, MSH-2 and codec. Raises Hl7Error."""
    return Rules(read_encoding(field, characters), charset)


def _unescaper(encoding: Encoding, charset: str) -> Unescaper:
    mark = re.escape(encoding.escape)
    if not mark:
        return str
    # Highlighting, formatting and code page escapes are matched only to be kept as they are:
    # in \H\F\N\ the F is a highlighted letter, not a field separator.
    kept = r"[HN]|\.[a-z]{2}[+-]?[0-9]*|C[0-9A-F]{4}|M[0-9A-F]{4,6}|Z[0-9A-Z]*"
    pattern = re.compile(
        f"(?P<bytes>(?:{mark}X(?:[0-9A-Fa-f]{{2}})+{mark})+)"
        f"|{mark}(?:(?P<known>[FSTREP]|\\.br)|{kept}){mark}"
    )
    plain = {
        "F": encoding.field,
        "S": encoding.component,
        "T": encoding.subcomponent,
        "R": encoding.repetition,
        "E": encoding.escape,
        "P": encoding.truncation,
        ".br": "\n",
    }

    def replace(match: re.Match[str]) -> str:
        if match["bytes"]:
            return _decoded(match["bytes"], encoding.escape, charset)
        known = match["known"]
        return plain[known] or match[0] if known else match[0]

    return lambda text: pattern.sub(replace, text)


def _decoded(text: str, escape: str, charset: str) -> str:
    """The text of a run of \\Xdd..\\ escapes, or the run itself when it says nothing readable.

    A run is read as a whole because some senders escape a multi-byte character byte by byte.
    """
    digits = text.replace(escape + "X", "").replace(escape, "")
    try:
        decoded = bytes.fromhex(digits).decode(charset)
    except UnicodeError:
        return text
    # A NUL is no text: databases refuse it.
    return text if "\0" in decoded else decoded


@lru_cache(maxsize=128)
def _escapes(encoding: Encoding, charset: str) -> dict[int, str]:
    mark = encoding.escape
    letters = {
        encoding.field: "F",
        encoding.component: "S",
        encoding.subcomponent: "T",
        encoding.repetition: "R",
        mark: "E",
        encoding.truncation: "P",
        "\r": "X" + "\r".encode(charset).hex().upper(),
        "\n": "X" + "\n".encode(charset).hex().upper(),
    }
    letters.pop("", None)
    return {ord(char): f"{mark}{letter}{mark}" if mark else " " for char, letter in letters.items()}


def escape(text: str, encoding: Encoding = STANDARD, charset: str = "utf-8") -> str:
    """The text made safe to stand inside a field; `unescape` gives it back.

    charset: the codec of the message, which decides the bytes of \\Xdd..\\ for line ends.
    Under an encoding without an escape character, delimiters and line ends become blanks.
    """
    return text.translate(_escapes(encoding, charset))


def unescape(text: str, encoding: Encoding = STANDARD, charset: str = "utf-8") -> str:
    """The text that a raw field part stands for.

    Understands \\F\\ \\S\\ \\T\\ \\R\\ \\E\\ \\P\\ \\.br\\ (a line feed) and \\Xdd..\\ in the
    message's charset. An escape that is unknown, unterminated or not decodable stays as sent.
    Source: HL7 v2.5.1 chapter 2, section 2.7.
    """
    return _unescaper(encoding, charset)(text)
