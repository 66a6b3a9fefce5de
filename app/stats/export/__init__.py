"""Reports as files: Excel, CSV and PDF, picked by the name's ending."""

from app.stats.export.book import Book, Cell, Figure, Grid
from app.stats.export.service import ENDINGS, Exports

__all__ = ["ENDINGS", "Book", "Cell", "Exports", "Figure", "Grid"]
