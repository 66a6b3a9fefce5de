"""Parts every view is made of; none of them knows a service."""

from ui.widgets.avatar import Avatar, paint_avatar
from ui.widgets.badges import CountBadge, KeyHint, Kind, StateBadge
from ui.widgets.columns import Column
from ui.widgets.confirm import confirm
from ui.widgets.date_range import DateRange
from ui.widgets.empty_state import EmptyState
from ui.widgets.filter_chips import FilterChips
from ui.widgets.labels import CopyLabel, ElidedLabel
from ui.widgets.layout import (
    FlowLayout,
    Pages,
    clear_layout,
    hide_unless,
    hline,
    refilled,
    stack_horizontally,
    stack_vertically,
    vline,
)
from ui.widgets.note_edit import NoteEdit
from ui.widgets.notice_bar import NoticeBar
from ui.widgets.number_box import NumberBox
from ui.widgets.row_ground import paint_row_ground
from ui.widgets.search_box import SearchBox
from ui.widgets.sections import Collapsible, SectionHeader
from ui.widgets.table import DataTable
from ui.widgets.table_model import PagedTableModel
from ui.widgets.tags import TagChip, paint_tag, tag_icon

__all__ = [
    "Avatar",
    "Collapsible",
    "Column",
    "CopyLabel",
    "CountBadge",
    "DataTable",
    "DateRange",
    "ElidedLabel",
    "EmptyState",
    "FilterChips",
    "FlowLayout",
    "KeyHint",
    "Kind",
    "NoteEdit",
    "NoticeBar",
    "NumberBox",
    "PagedTableModel",
    "Pages",
    "SearchBox",
    "SectionHeader",
    "StateBadge",
    "TagChip",
    "clear_layout",
    "confirm",
    "hide_unless",
    "hline",
    "paint_avatar",
    "paint_row_ground",
    "paint_tag",
    "refilled",
    "stack_horizontally",
    "stack_vertically",
    "tag_icon",
    "vline",
]
