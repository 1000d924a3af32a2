"""Names as a search compares them."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=32768)
def folded(text: str) -> str:
    """Lower case, without accents, in single spaces: "Zoë  O'Brien" is "zoe o'brien"."""
    bare = text if text.isascii() else _without_marks(text)
    return " ".join(bare.casefold().split())


def _without_marks(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))
