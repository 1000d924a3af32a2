"""Names as a search compares them."""

import unicodedata
from functools import lru_cache

# As keyboards, word processors and other systems write them.
APOSTROPHES = ("'", "\u2019", "`")
HYPHENS = ("-", "\u2010", "\u2011", "\u2013")


@lru_cache(maxsize=32768)
def folded(text: str) -> str:
    """Lower case, without accents, in single spaces: "Zoë  O'Brien" is "zoe o'brien"."""
    bare = text if text.isascii() else _without_marks(text)
    return " ".join(bare.casefold().split())


def name_words(text: str) -> list[str]:
    """The parts of a name that was typed to be found: "Smith O'Brien" is ["smith", "obrien"]."""
    bare = folded(text)
    for mark in APOSTROPHES:
        bare = bare.replace(mark, "")
    for mark in HYPHENS:
        bare = bare.replace(mark, " ")
    return bare.replace(",", " ").split()


def _without_marks(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))
