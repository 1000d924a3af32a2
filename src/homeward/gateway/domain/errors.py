"""Why a message that could be read cannot be used."""


class Unusable(Exception):
    """A readable message that cannot be applied.

    cause: a short stable code that groups like with like on the quarantine page. code: HL7
    table 0357. segment and field say where.
    """

    def __init__(
        self, cause: str, text: str, *, code: str = "207", segment: str = "", field: int = 0
    ) -> None:
        super().__init__(text)
        self.cause, self.text, self.code = cause, text, code
        self.segment, self.field = segment, field


class NotForUs(Exception):
    """A message to be rejected: from nobody we know, or not meant for this system."""

    def __init__(
        self, cause: str, text: str, *, code: str = "207", segment: str = "MSH", field: int = 0
    ) -> None:
        super().__init__(text)
        self.cause, self.text, self.code = cause, text, code
        self.segment, self.field = segment, field
