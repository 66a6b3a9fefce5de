"""What holds for every test: no real home, no real keyring, no network, nothing left running."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

# Set before anything of the desk or Qt is imported, so that no import can reach the user's own.
_sandbox = tempfile.TemporaryDirectory(prefix="kefu-tests-", ignore_cleanup_errors=True)
_HOME = Path(_sandbox.name)
os.environ["KEFU_HOME"] = str(_HOME / "home")
for _variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
    os.environ[_variable] = str(_HOME / _variable.lower())
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.pop("KEFU_PASSPHRASE", None)
_number = count()

import pytest  # noqa: E402 - see above

from app.core import i18n  # noqa: E402 - see above
from app.core.settings import Settings  # noqa: E402 - see above
from app.homes import Home, create_home  # noqa: E402 - see above
from app.services import Services, build_services  # noqa: E402 - see above
from app.staff import StaffService  # noqa: E402 - see above
from db.database import Database  # noqa: E402 - see above
from db.models import Role  # noqa: E402 - see above
from resources.locale import catalogue  # noqa: E402 - see above
from tests.guards import LeakWatch, MemoryKeyring, refuse_foreign_sockets  # noqa: E402 - see above


@pytest.fixture(scope="session", autouse=True)
def _compiled_texts() -> None:
    """The desk under test speaks the Chinese of the working tree."""
    catalogue.compile_catalogue()


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    with refuse_foreign_sockets():
        yield


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    """Fails a test that leaves a thread or a timer alive, and says which and where it started."""
    watch = LeakWatch()
    with watch:
        yield
    if left := watch.left():
        pytest.fail("left running:\n" + "\n".join(left), pytrace=False)


@pytest.fixture(autouse=True)
def _language_as_it_was() -> Iterator[None]:
    yield
    if i18n.current_language() != i18n.DEFAULT_LANGUAGE:
        i18n.set_language(i18n.DEFAULT_LANGUAGE)


@pytest.fixture(autouse=True)
def memory_keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    """An empty keyring that forgets everything with the test."""
    keyring = MemoryKeyring()
    keyring.use(monkeypatch)
    return keyring


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a live home of its own that does not exist yet."""
    monkeypatch.setenv("KEFU_HOME", str(_HOME / f"home-{next(_number)}"))


class Template(NamedTuple):
    """A migrated database that tests copy: migrating anew for each would cost most of their time."""

    key: bytes
    empty: Path
    staffed: Path


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder, key = tmp_path_factory.mktemp("template"), os.urandom(32)
    empty, staffed = folder / "empty.db", folder / "staffed.db"
    Database(empty, key).close()
    shutil.copy(empty, staffed)
    database = Database(staffed, key)
    StaffService(database, Settings(database)).add(
        "xiaoli", "李小丽", Role.ADMIN, "passw0rd!", "小丽"
    )
    database.close()
    return Template(key, empty, staffed)


@pytest.fixture
def db(tmp_path: Path, _template: Template) -> Iterator[Database]:
    """A fresh encrypted database in a real file."""
    shutil.copy(_template.empty, tmp_path / "kefu.db")
    database = Database(tmp_path / "kefu.db", _template.key)
    yield database
    database.close()


@pytest.fixture
def home(tmp_path: Path, _template: Template, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A fresh live home whose key lies in the test's keyring; 小丽 is its administrator."""
    with monkeypatch.context() as patch:
        patch.setattr("app.homes.new_key", lambda: _template.key)
        made = create_home(tmp_path / "home")
    shutil.copy(_template.staffed, made.database)
    return made


@pytest.fixture
def services(home: Home) -> Iterator[Services]:
    """All services over a fresh home, signed in as its administrator 小丽."""
    built = build_services(home)
    (member,) = built.staff.members()
    built.staff.sign_in_as(member.id)
    yield built
    built.close()
