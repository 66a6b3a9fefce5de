"""Every text has its Chinese translation, and every translation its text."""

import ast
from pathlib import Path

import pytest

from resources.locale import catalogue
from tests.parsing import parse


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A tiny source tree with two areas."""
    for name in ("app/orders", "ui/orders", "ui/phrases", "po"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "app/orders/a.py").write_text('_("{n} saved").format(n=1)\n', encoding="utf-8")
    (tmp_path / "ui/orders/b.py").write_text('ngettext("{n} order", "{n} orders", 2)\n')
    (tmp_path / "ui/phrases/c.py").write_text('N_("Save")\n')
    return tmp_path


def translate(shop: Path, area: str, *pairs: tuple[str, str]) -> None:
    path = shop / "po" / f"{area}.po"
    text = path.read_text(encoding="utf-8")
    for before, after in pairs:
        head, found, tail = text.partition(f'"{before}"\n')
        assert found
        text = head + found + tail.replace('""', f'"{after}"', 1)
    path.write_text(text, encoding="utf-8")


def reasons(shop: Path) -> set[str]:
    found = catalogue.problems(root=shop, po_dir=shop / "po")
    return {f"{p.area}: {p.text}: {p.reason}" for p in found}


def test_the_chinese_catalogue_is_complete_and_right() -> None:
    assert [str(problem) for problem in catalogue.problems()] == []


def test_no_text_is_put_together_before_it_is_translated() -> None:
    early = [
        f"{path.relative_to(catalogue.ROOT)}:{node.lineno}"
        for layer in catalogue.SOURCES
        for path in (catalogue.ROOT / layer).rglob("*.py")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in catalogue.KEYWORDS
        and any(isinstance(arg, ast.JoinedStr | ast.BinOp) for arg in node.args[:2])
    ]
    assert early == []


def test_new_texts_are_added_to_the_catalogue_of_their_area(shop: Path) -> None:
    changed = catalogue.update(root=shop, po_dir=shop / "po")
    assert changed == {"orders": (2, []), "phrases": (1, [])}
    assert catalogue.update(root=shop, po_dir=shop / "po") == {}


def test_a_text_no_code_uses_is_dropped_and_named(shop: Path) -> None:
    catalogue.update(root=shop, po_dir=shop / "po")
    (shop / "ui/phrases/c.py").write_text('N_("Keep")\n')
    assert "phrases: Save: no code uses it any more" in reasons(shop)
    assert catalogue.update(["phrases"], root=shop, po_dir=shop / "po") == {
        "phrases": (1, ["Save"])
    }


def test_a_translation_known_elsewhere_is_taken_over(shop: Path) -> None:
    catalogue.update(root=shop, po_dir=shop / "po")
    translate(shop, "phrases", ("Save", "保存"))
    (shop / "app/orders/d.py").write_text('_("Save")\n')
    catalogue.update(root=shop, po_dir=shop / "po")
    assert "orders: Save: not translated" not in reasons(shop)


def test_missing_translations_and_lost_placeholders_are_found(shop: Path) -> None:
    assert any("missing" in reason for reason in reasons(shop))
    catalogue.update(root=shop, po_dir=shop / "po")
    translate(shop, "orders", ("{n} saved", "已保存 {m} 条"))
    assert reasons(shop) == {
        "orders: {n} saved: its placeholders differ",
        "orders: {n} order: not translated",
        "phrases: Save: not translated",
    }


def test_two_areas_may_not_translate_one_text_differently(shop: Path) -> None:
    (shop / "app/orders/a.py").write_text('_("Save")\n')
    catalogue.update(root=shop, po_dir=shop / "po")
    translate(shop, "phrases", ("Save", "保存"))
    translate(shop, "orders", ("Save", "存储"))
    assert "phrases: Save: translated differently in orders.po" in reasons(shop)


def test_the_compiled_catalogue_is_renewed_when_a_translation_changes(shop: Path) -> None:
    po, mo = shop / "po", shop / "kefu.mo"
    catalogue.update(root=shop, po_dir=po)
    assert catalogue.compile_catalogue(po, mo)
    assert not catalogue.compile_catalogue(po, mo)
    translate(shop, "phrases", ("Save", "保存"))
    assert catalogue.compile_catalogue(po, mo)
    assert "保存".encode() in mo.read_bytes()
