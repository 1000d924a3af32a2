"""Why the hospital cannot take what a feed says."""


class Refused(Exception):
    """An event that contradicts what is known. `cause` is a short stable code."""

    def __init__(self, cause: str, text: str) -> None:
        super().__init__(text)
        self.cause = cause
        self.text = text
