"""Places where stations meet: a folder, a Samba share mounted by FUSE, folders Syncthing copies."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final, Protocol
from urllib.request import Request, urlopen

import pytest

from tests.proofs.crew import until

STARTED_S: Final = 30.0
Process = subprocess.Popen[bytes]


class Share(Protocol):
    """Storage as `count` stations see it; `outages` break it and return what mends it."""

    place: str

    def seen_by(self, number: int) -> Path:
        """Return the folder as the station of this number sees it."""
        ...

    def outages(self) -> Sequence[Callable[[], Callable[[], None]]]:
        """Return the ways it may fail."""
        ...


class LocalFolder:
    """A folder on a disk of this machine, which may be away or read-only."""

    place = "local"

    def __init__(self, root: Path) -> None:
        self._folder = root / "shop"
        self._folder.mkdir()

    def seen_by(self, number: int) -> Path:
        return self._folder

    def outages(self) -> Sequence[Callable[[], Callable[[], None]]]:
        return (self._move_away, self._empty)

    def _move_away(self) -> Callable[[], None]:
        away = self._folder.with_name("away")
        self._folder.rename(away)
        return lambda: _put_back(away, self._folder)

    def _empty(self) -> Callable[[], None]:
        """A mount that is gone leaves an empty directory."""
        away = self._folder.with_name("away")
        self._folder.rename(away)
        self._folder.mkdir()
        return lambda: _put_back(away, self._folder)


def _put_back(away: Path, folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)  # whatever a pass under way put there, its owner still has
    away.rename(folder)


def need(*programs: str) -> None:
    """Skip where a program is missing that only the long proofs need."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    for program in programs:
        if shutil.which(program, path=path) is None:
            pytest.skip(f"no {program} on this machine: `python3 dev.py test --long` installs it")


def need_fuse() -> None:
    """Skip where nothing can be mounted by FUSE."""
    need("fusermount3")
    try:
        os.close(os.open("/dev/fuse", os.O_RDWR))
    except OSError as error:
        pytest.skip(f"no FUSE on this machine: {error.strerror}")


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


SMB_CONF: Final = """
[global]
server role = standalone server
security = user
map to guest = Bad User
guest account = {user}
smb ports = {port}
interfaces = 127.0.0.1/8
bind interfaces only = yes
disable netbios = yes
load printers = no
printing = bsd
printcap name = /dev/null
private dir = {base}
lock directory = {base}/lock
state directory = {base}/state
cache directory = {base}/cache
pid directory = {base}
ncalrpc dir = {base}/ncalrpc
log file = {base}/smbd.log
log level = 1
server min protocol = SMB2
[shop]
path = {folder}
guest ok = yes
guest only = yes
read only = no
force user = {user}
"""


class SambaShare:
    """An smbd of one's own on loopback; every second station sees it through another mount."""

    place = ""  # found out by itself: it is a mount of another computer's disk

    def __init__(self, root: Path) -> None:
        self._base, self._folder = root / "samba", root / "served"
        self._port = free_port()
        for name in ("lock", "state", "cache", "ncalrpc"):
            (self._base / name).mkdir(parents=True)
        self._folder.mkdir()
        self._conf = self._base / "smb.conf"
        user = _user()
        self._conf.write_text(
            SMB_CONF.format(user=user, port=self._port, base=self._base, folder=self._folder)
        )
        self._server: Process | None = None
        self._mounts = [root / "mount-a", root / "mount-b"]
        self._clients: list[Process] = []

    def start(self) -> None:
        """Serve and mount it."""
        self._serve()
        for point in self._mounts:
            point.mkdir()
            self._clients.append(self._mount(point))
            until(partial(os.path.ismount, point), f"a mount at {point.name}", STARTED_S)
        probe = self._mounts[0] / "shop"
        probe.mkdir()
        until((self._mounts[1] / "shop").is_dir, "the second mount", STARTED_S)

    def _serve(self) -> None:
        log = (self._base / "smbd.out").open("ab")
        with log:
            self._server = subprocess.Popen(
                [_path("smbd"), "--foreground", "--no-process-group", "-s", str(self._conf)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(lambda: _answers(self._port), "smbd to listen", STARTED_S)

    def _mount(self, point: Path) -> Process:
        remote = f":smb,host=127.0.0.1,port={self._port},user=guest:shop"
        with (self._base / f"{point.name}.log").open("ab") as log:
            return subprocess.Popen(
                [
                    "rclone", "mount", remote, str(point), "--config", "/dev/null",
                    "--dir-cache-time", "1s", "--attr-timeout", "0s", "--poll-interval", "0",
                    "--vfs-cache-mode", "off", "--contimeout", "3s", "--timeout", "10s",
                    "--retries", "1", "--low-level-retries", "2",
                ],
                stdout=log,
                stderr=log,
                env={**os.environ, "XDG_CACHE_HOME": str(self._base / "rclone")},
            )  # fmt: skip

    def seen_by(self, number: int) -> Path:
        return self._mounts[number % 2] / "shop"

    def outages(self) -> Sequence[Callable[[], Callable[[], None]]]:
        return (self._kill_server, self._halt_server)

    def _kill_server(self) -> Callable[[], None]:
        self._signal(signal.SIGKILL)
        if self._server is not None:
            self._server.wait(10)
        return self._serve

    def _halt_server(self) -> Callable[[], None]:
        self._signal(signal.SIGSTOP)
        return lambda: self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        """To the server and the children that it made for each connection."""
        if self._server is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._server.pid, number)

    def stop(self) -> None:
        """Unmount and end the server."""
        for point, client in zip(self._mounts, self._clients, strict=False):
            subprocess.run(["fusermount3", "-u", "-z", str(point)], check=False)
            client.terminate()
            client.wait(20)
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGKILL)
        if self._server is not None:
            self._server.wait(10)


def _user() -> str:
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


def _path(program: str) -> str:
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    assert found is not None
    return found


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


SYNCTHING_XML: Final = """<configuration version="35">
<folder id="shop" label="shop" path="{folder}" type="sendreceive" rescanIntervalS="5"
  fsWatcherEnabled="true" fsWatcherDelayS="1" ignorePerms="true" autoNormalize="true">
  <device id="{me}"></device><device id="{other}"></device>
</folder>
<device id="{me}" name="me"><address>dynamic</address></device>
<device id="{other}" name="other"><address>tcp://127.0.0.1:{other_port}</address></device>
<gui enabled="true" tls="false"><address>127.0.0.1:{gui}</address><apikey>{key}</apikey></gui>
<options>
  <listenAddress>tcp://127.0.0.1:{port}</listenAddress>
  <globalAnnounceEnabled>false</globalAnnounceEnabled>
  <localAnnounceEnabled>false</localAnnounceEnabled>
  <relaysEnabled>false</relaysEnabled>
  <natEnabled>false</natEnabled>
  <startBrowser>false</startBrowser>
  <urAccepted>-1</urAccepted>
  <autoUpgradeIntervalH>0</autoUpgradeIntervalH>
  <crashReportingEnabled>false</crashReportingEnabled>
  <stunKeepaliveStartS>0</stunKeepaliveStartS>
  <reconnectionIntervalS>2</reconnectionIntervalS>
</options>
</configuration>
"""


class SyncthingPair:
    """Two folders that two Syncthing programs copy to each other over loopback."""

    place = "copied"
    _key = "proof"

    def __init__(self, root: Path) -> None:
        self._homes = [root / "syncthing-a", root / "syncthing-b"]
        self._folders = [root / "copy-a" / "shop", root / "copy-b" / "shop"]
        self._ports, self._guis = [free_port(), free_port()], [free_port(), free_port()]
        self._processes: list[Process | None] = [None, None]
        for folder in self._folders:
            folder.mkdir(parents=True)
            (folder / ".stfolder").mkdir()
        self._configure()

    def _configure(self) -> None:
        ids = []
        for home in self._homes:
            subprocess.run(
                ["syncthing", "generate", f"--home={home}", "--no-default-folder"],
                check=True, capture_output=True, env=self._environment(home),
            )  # fmt: skip
            command = ["syncthing", f"--home={home}", "--device-id"]
            told = subprocess.run(
                command, check=True, capture_output=True, text=True, env=self._environment(home)
            )
            ids.append(told.stdout.strip())
        for me, home in enumerate(self._homes):
            text = SYNCTHING_XML.format(
                folder=self._folders[me], me=ids[me], other=ids[1 - me], key=self._key,
                port=self._ports[me], other_port=self._ports[1 - me], gui=self._guis[me],
            )  # fmt: skip
            (home / "config.xml").write_text(text)

    @staticmethod
    def _environment(home: Path) -> dict[str, str]:
        # Without the program that else watches over the one that works, and survives it: signals
        # must reach what does the work.
        alone = {"STMONITORED": "yes"}
        quiet = alone | {"STNORESTART": "1", "STNOUPGRADE": "1", "STNODEFAULTFOLDER": "1"}
        return {**os.environ, "HOME": str(home), **quiet}

    def start(self) -> None:
        """Begin to copy, and wait until a file comes over."""
        for number in (0, 1):
            self._run(number)
        probe = self._folders[0].parent / "shop" / "probe.txt"
        probe.write_text("here")
        other = self._folders[1] / "probe.txt"
        until(other.exists, "Syncthing to copy a file", 60)
        probe.unlink()
        until(lambda: not other.exists(), "Syncthing to remove a file", 60)

    def _run(self, number: int) -> None:
        home = self._homes[number]
        with (home / "out.log").open("ab") as log:
            self._processes[number] = subprocess.Popen(
                ["syncthing", f"--home={home}", "--no-browser", "--no-restart"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(home),
                start_new_session=True,
            )
        until(lambda: self._ping(number), "Syncthing to start", STARTED_S)

    def _ping(self, number: int) -> bool:
        address = f"http://127.0.0.1:{self._guis[number]}/rest/system/ping"
        try:
            with urlopen(Request(address, headers={"X-API-Key": self._key}), timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def seen_by(self, number: int) -> Path:
        return self._folders[number % 2]

    def outages(self) -> Sequence[Callable[[], Callable[[], None]]]:
        return (
            lambda: self._kill(0),
            lambda: self._kill(1),
            lambda: self._halt(0),
            lambda: self._halt(1),
        )

    def _kill(self, number: int) -> Callable[[], None]:
        self._signal(number, signal.SIGKILL)
        process = self._processes[number]
        assert process is not None
        process.wait(10)
        return lambda: self._run(number)

    def _halt(self, number: int) -> Callable[[], None]:
        self._signal(number, signal.SIGSTOP)
        return lambda: self._signal(number, signal.SIGCONT)

    def _signal(self, number: int, signal_: int) -> None:
        process = self._processes[number]
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal_)

    def stop(self) -> None:
        """End both."""
        for number, process in enumerate(self._processes):
            self._signal(number, signal.SIGCONT)
            self._signal(number, signal.SIGTERM)
            if process is not None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(15)
            self._signal(number, signal.SIGKILL)
            if process is not None:
                process.wait(5)


@contextmanager
def running(share: SambaShare | SyncthingPair) -> Iterator[SambaShare | SyncthingPair]:
    """Start it, and end all of it whatever happens."""
    try:
        share.start()
        yield share
    finally:
        share.stop()
        time.sleep(0.2)
