"""Character sets by MSH-18 (HL7 table 0211)."""

from functools import lru_cache

from homeward.gateway.domain.hl7.errors import Hl7Error

_CODECS = {
    "ASCII": "ascii",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "UNICODE UTF-16": "utf-16",
    "UTF-16": "utf-16",
    "UNICODE UTF-32": "utf-32",
    "UTF-32": "utf-32",
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
    "ISO IR6": "ascii",
    "ISO IR14": "shift_jis",
    "ISO IR87": "iso2022_jp_2",
    "ISO IR159": "iso2022_jp_2",
    "WINDOWS-1252": "cp1252",
    "CP1252": "cp1252",
    "LATIN-1": "iso8859-1",
    "LATIN1": "iso8859-1",
}
# ISO 8859 has no part 12. Senders also write the part as ISO-8859-1, ISO8859-1 or 8859-1.
for _part in (*range(1, 12), *range(13, 17)):
    for _spelling in ("8859/{}", "8859-{}", "ISO-8859-{}", "ISO8859-{}", "ISO8859/{}"):
        _CODECS[_spelling.format(_part)] = f"iso8859-{_part}"

# Sets reached by escape sequences: named as a later repetition, they widen the first one.
_SHIFTED = ("ISO IR87", "ISO IR159")

WIDE = frozenset({"utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})


def codec_of(name: str) -> str | None:
    """The codec of one HL7 character set name, or None when it is not one we know."""
    return _CODECS.get(name.strip().upper())


@lru_cache(maxsize=256)
def declared_codec(msh18: bytes, repetition: bytes) -> str | None:
    """The codec that MSH-18 as sent asks for, or None when it names no set.

    The first repetition counts; a later one counts only if it is reached by escape sequences.
    Raises Hl7Error for a name not in HL7 table 0211 or its common spellings.
    """
    text = msh18.decode("ascii", "replace")
    mark = repetition.decode("ascii", "ignore")
    names = [name.strip().upper() for name in (text.split(mark) if mark else [text])]
    if any(name in _SHIFTED for name in names[1:]) and names[0] in ("", "ASCII", "ISO IR6"):
        return "iso2022_jp_2"
    if not names[0]:
        return None
    codec = codec_of(names[0])
    if codec is None:
        raise Hl7Error(f"MSH-18 names {names[0][:40]!r}, a character set this reader does not know")
    return codec


@lru_cache(maxsize=64)
def default_codec(name: str) -> str:
    """The codec of a feed's default character set, in HL7's spelling or Python's."""
    codec = codec_of(name)
    if codec is None:
        raise Hl7Error(f"the default character set {name!r} is not one this reader knows")
    return codec
