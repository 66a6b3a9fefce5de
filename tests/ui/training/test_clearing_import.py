"""A clearing brought in by hand: the code is compared, and nothing else makes an agent."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.services import Services
from db.models import Role
from tests.school import School
from tests.ui.conftest import InlineJobs
from ui.shell.commands import Commands
from ui.shell.notices import Notices
from ui.shell.plugs import UiContext
from ui.store_watcher import StoreWatcher
from ui.training.clearing_import import ClearingImport

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def part(qtbot: QtBot, services: Services, jobs: InlineJobs, store: StoreWatcher) -> ClearingImport:
    made = ClearingImport(
        UiContext(services, jobs, store, Notices(), Commands({}), lambda *_: None)
    )
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def file(school: School, tmp_path: Path) -> Path:
    path = tmp_path / "clearing.json"
    school.sit(school.boss).clearings.issue_to(school.mei.id, path, reason="师傅带班")
    return path


def test_a_trainee_becomes_an_agent_by_the_right_code_only(
    part: ClearingImport, services: Services, school: School, file: Path
) -> None:
    member = services.staff.add("mei", "陈小梅", Role.TRAINEE, "passw0rd!")
    part.open_file(str(file))
    assert part.card.title.text() == "陈小梅"
    assert "师傅带班" in part.reason.text()
    assert not part.password.isVisible()
    assert not part.take.isEnabled()
    shown = " ".join(label.text() for label in part.findChildren(QLabel))
    (row,) = school.services.clearings.record()
    code, words = row.code, row.words
    assert code not in shown
    assert words not in shown
    part.code.setText("AAAA-BBBB-CCCC-DDDD")
    part.take.click()
    assert part.notice.text().startswith("This is not the code")
    assert services.staff.get(member.id).role == Role.TRAINEE
    part.code.setText(school.services.clearings.record()[0].code)
    part.take.click()
    assert services.staff.get(member.id).role == Role.AGENT
    assert part.notice.text() == "陈小梅 may serve customers now."
    assert not part.card.isVisible()
    assert part.record.text().startswith("陈小梅: cleared by 周小满, brought in by 小丽")
    part.open_file(str(file))
    assert part.notice.text() == "This clearing was brought in before."


def test_a_changed_file_is_refused(part: ClearingImport, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("师傅带班", "全部达标"), encoding="utf-8")
    part.open_file(str(file))
    assert part.notice.text().startswith("This clearing was changed after it was signed.")
    assert not part.card.isVisible()


def test_somebody_new_needs_a_first_password(
    part: ClearingImport, services: Services, school: School, file: Path
) -> None:
    part.open_file(str(file))
    assert "a new member is made" in part.becomes.text()
    part.code.setText(school.services.clearings.record()[0].code)
    assert not part.take.isEnabled()
    part.code.returnPressed.emit()
    assert part.window().focusWidget() is part.password
    part.password.setText("passw0rd!")
    part.take.click()
    assert services.staff.sign_in("mei", "passw0rd!").role == Role.AGENT
