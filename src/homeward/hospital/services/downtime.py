"""Writing the downtime pack: the old one stays whole until the new one is."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from homeward.core.errors import BadInput
from homeward.core.models import Organisation
from homeward.core.services import audit

# Only a folder with this file in it is ever replaced.
MARK = "homeward-downtime-pack.txt"


def write_pack(
    *,
    folder: Path,
    files: Mapping[str, str],
    organisation: UUID,
    people: Iterable[UUID],
    at: datetime,
) -> None:
    """Put the files into the folder as one step, and audit who is named in them.

    files: text by name. Whoever opens the folder finds the old pack or the new one, never a
    mixture. Raises BadInput where the folder cannot be written or holds anything else.
    """
    _refuse_what_is_not_ours(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise BadInput(f"{folder}: {error.strerror or error}") from error
    try:
        for name, text in {**files, MARK: _mark(at)}.items():
            (fresh / name).write_text(text, encoding="utf-8")
        fresh.chmod(0o750)
        audit.record(
            "downtime_pack.written",
            by=None,
            at=at,
            subjects=people,
            organisation=Organisation.objects.get(pk=organisation),
            pages=len(files),
        )
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _refuse_what_is_not_ours(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder}: is a file, not a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise BadInput(f"{folder}: holds other files; give an empty or a new folder")


def _mark(at: datetime) -> str:
    return f"Homeward downtime pack, as of {at.isoformat(timespec='seconds')}\n"


def _swap(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
        return
    old = fresh.with_name(f"{fresh.name}-old")
    folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
