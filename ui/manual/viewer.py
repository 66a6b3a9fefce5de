"""The manual's window: contents and search at the left, the page at the right."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QKeyEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFrame,
    QTextTable,
)
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QTextEdit,
    QWidget,
)

from app.core.i18n import _
from ui.manual.pages import Page, keys_page, manual_folder, matching, read_pages
from ui.theme import current_tokens, role, theme_signals
from ui.widgets.layout import stack_horizontally, stack_vertically
from ui.widgets.search_box import SearchBox

_KEY = Qt.ItemDataRole.UserRole
KeyRows = Callable[[], Iterable[tuple[str, str, str]]]


class ManualWindow(QWidget):
    """Not modal: it stays beside the desk while one works. `keys` yields (group, title, key)."""

    def __init__(self, keys: KeyRows) -> None:
        super().__init__()
        self.setObjectName("manual")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(_("Manual"))
        self.resize(960, 680)
        self._keys = keys
        self._pages: dict[str, Page] = {}
        self._search = SearchBox(_("Search the manual"))
        self._search.searched.connect(self._on_searched)
        self._list = QListWidget()
        self._search.lead_to(self._list)
        self._list.setAccessibleName(_("Contents"))
        self._list.setWordWrap(True)
        self._list.currentItemChanged.connect(self._on_chosen)
        self._text = role(QTextBrowser(), "bare")
        self._text.setAccessibleName(_("Page"))
        self._text.setOpenLinks(False)
        self._text.anchorClicked.connect(self._follow)
        side = QWidget()
        stack_vertically(side, self._search, self._list, margin=12, spacing=8)
        split = QSplitter()
        split.addWidget(side)
        split.addWidget(self._text)
        split.setSizes([260, 700])
        split.setStretchFactor(1, 1)
        stack_horizontally(self, split)
        theme_signals().changed.connect(self._show_current)
        self.read_again()

    def read_again(self) -> None:
        """Read the pages of the language in force, and the keys as they are now."""
        pages = [*read_pages(), keys_page(self._keys())]
        self._pages = {page.key: page for page in pages}
        self._text.setSearchPaths([str(manual_folder())])
        self._fill(pages)

    def open_page(self, key: str) -> None:
        """Show the page of this key."""
        for number in range(self._list.count()):
            if self._list.item(number).data(_KEY) == key:
                self._list.setCurrentRow(number)

    def titles(self) -> list[str]:
        """Titles in the contents now."""
        return [self._list.item(n).text() for n in range(self._list.count())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _fill(self, pages: Iterable[Page]) -> None:
        self._list.clear()
        for page in pages:
            line = QListWidgetItem(page.title)
            line.setData(_KEY, page.key)
            self._list.addItem(line)
        self._list.setCurrentRow(0)

    def _on_searched(self, words: str) -> None:
        self._fill(matching(self._pages.values(), words) if words else self._pages.values())
        self._light_up(words)

    def _on_chosen(self) -> None:
        self._show_current()
        self._light_up(self._search.text().strip())

    def _show_current(self) -> None:
        chosen = self._list.currentIndex()
        page = self._pages.get(str(chosen.data(_KEY))) if chosen.isValid() else None
        document = self._text.document()
        document.setDocumentMargin(24)
        document.setDefaultStyleSheet(_page_style())
        self._text.setMarkdown(page.text if page else _("No page holds these words."))
        _space_out(QTextCursor(document))
        _calm_tables(document.rootFrame())
        self._text.moveCursor(QTextCursor.MoveOperation.Start)

    def _light_up(self, words: str) -> None:
        marks: list[QTextEdit.ExtraSelection] = []
        style = QTextCharFormat()
        style.setBackground(QColor(current_tokens().highlight))
        for word in words.split():
            cursor = self._text.document().find(word)
            while not cursor.isNull() and len(marks) < 200:
                mark = QTextEdit.ExtraSelection()
                mark.cursor, mark.format = cursor, style
                marks.append(mark)
                cursor = self._text.document().find(word, cursor)
        self._text.setExtraSelections(marks)

    def _follow(self, link: QUrl) -> None:
        if link.scheme() in {"http", "https", "mailto"}:
            QDesktopServices.openUrl(link)
        else:
            self.open_page(link.path().rsplit("/", 1)[-1].removesuffix(".md"))


def _page_style() -> str:
    tokens = current_tokens()
    return f"a {{ color: {tokens.accent}; }}"


def _calm_tables(frame: QTextFrame) -> None:
    """Hairlines and room in the cells, instead of a browser's grey boxes."""
    for child in frame.childFrames():
        if isinstance(child, QTextTable):
            form = child.format()
            form.setBorderCollapse(True)
            form.setBorder(1)
            form.setBorderBrush(QColor(current_tokens().border))
            form.setCellPadding(6)
            child.setFormat(form)


def _space_out(cursor: QTextCursor) -> None:
    """Lines of Chinese text want more air than Qt gives by default."""
    block = cursor.document().begin()
    while block.isValid():
        cursor.setPosition(block.position())
        form = block.blockFormat()
        form.setLineHeight(150.0, 1)
        form.setBottomMargin(8)
        cursor.setBlockFormat(form)
        block = block.next()
