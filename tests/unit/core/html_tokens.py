"""Two pieces of HTML are the same when a browser would build the same tree, spaces apart."""

from html.parser import HTMLParser

Token = tuple[str, ...]


class _Tokens(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Token] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = sorted(f"{name}={' '.join((value or '').split())}" for name, value in attrs)
        self.found.append(("open", tag, *words))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("close", tag))

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not words:
            return
        if self.found and self.found[-1][0] == "text":
            words = f"{self.found.pop()[1]} {words}"
        self.found.append(("text", words))


def tokens(html: str) -> list[Token]:
    """Tags with their attributes in order of name, and texts with single spaces."""
    parser = _Tokens()
    parser.feed(html)
    parser.close()
    return parser.found
