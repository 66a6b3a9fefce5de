"""Where the homes lie."""

from pathlib import Path

import pytest

from app.core.paths import HOME_VARIABLE, home_dir, practice_dir


def test_window_and_command_line_practise_in_the_same_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for chosen in (None, str(tmp_path / "mine")):
        if chosen is None:
            monkeypatch.delenv(HOME_VARIABLE, raising=False)
        else:
            monkeypatch.setenv(HOME_VARIABLE, chosen)
        assert practice_dir() == practice_dir(home_dir()) != home_dir()
