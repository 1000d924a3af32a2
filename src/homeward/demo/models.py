"""What the demo remembers of itself."""

from django.db import models

from homeward.core.models import BaseModel


class DemoRun(BaseModel):
    """The mark of a database that the demo made, and where its hospitals have got to.

    The generator is a pure function of these values, so a later start goes on from here.
    """

    size = models.CharField(max_length=10)
    seed = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    # The moment the first history ended; the generator needs it again.
    until = models.DateTimeField()
    # Everything up to here is in the message log.
    reached = models.DateTimeField()

    def __str__(self) -> str:
        return f"demo of size {self.size}"
