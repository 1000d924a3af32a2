"""What the reader raises."""


class Hl7Error(ValueError):
    """A message cannot be read. `text` says why in one line, with no patient data in it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Hl7TimeError(ValueError):
    """A time field holds no time. The message itself is readable, so this is no `Hl7Error`."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
