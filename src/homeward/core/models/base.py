"""What every table has: a time-ordered key."""

from django.db import models
from uuid6 import uuid7


class BaseModel(models.Model):
    """A row with a time-ordered key: random keys slow every insert."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
