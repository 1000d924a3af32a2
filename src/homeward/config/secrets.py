"""A secret key made once and kept beside the database, for runs that were given none."""

import os
import secrets
from pathlib import Path


def secret_key(home: Path) -> str:
    """The key from HOMEWARD_SECRET_KEY, or one made at first use and kept in `home`."""
    given = os.environ.get("HOMEWARD_SECRET_KEY")
    if given:
        return given
    file = home / "secret-key"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f".secret-key-{os.getpid()}"
        draft.write_text(secrets.token_urlsafe(50))
        draft.chmod(0o600)
        # Hard-linking is atomic: when two processes start at once the first one's key stays.
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text().strip()
