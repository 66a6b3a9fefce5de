"""The VNC window of a machine without a display is for that machine alone."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Qt serves VNC on Linux only")

ROOT = Path(__file__).resolve().parents[3]
WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
from ui.shell.vnc import keep_on_loopback

application = QApplication(sys.argv)
label = QLabel("desk")
label.show()
keep_on_loopback(application)
QTimer.singleShot(300, lambda: print("ready", flush=True))
sys.exit(application.exec())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening_addresses(port: int) -> list[str]:
    lines = [
        line.split()
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]
    ]
    own = [fields[1] for fields in lines if fields[3] == "0A"]
    return [address for address in own if int(address.rpartition(":")[2], 16) == port]


def test_the_window_is_served_on_loopback_only() -> None:
    port = free_port()
    env = {**os.environ, "QT_QPA_PLATFORM": f"vnc:size=640x480:port={port}"}
    with subprocess.Popen(
        [sys.executable, "-c", WINDOW], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    ) as desk:
        try:
            assert desk.stdout is not None
            assert desk.stdout.readline() == "ready\n"
            assert listening_addresses(port) == [f"0100007F:{port:04X}"]
            with socket.create_connection(("127.0.0.1", port), timeout=10) as viewer:
                assert viewer.recv(12) == b"RFB 003.003\n"
        finally:
            desk.kill()
