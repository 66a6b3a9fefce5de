"""Homes of the proofs are locked by a passphrase, as on a server without a keyring."""

import pytest

from tests.conftest import Template
from tests.proofs.crew import PASSPHRASE


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_PASSPHRASE", PASSPHRASE)


@pytest.fixture
def template(_template: Template) -> Template:
    """A migrated database to copy."""
    return _template
