"""The satisfaction question after a conversation: asked once a session, five levels, one text."""

from app.satisfaction.service import LEVEL_NAMES, LEVELS, SATISFIED, Rating, SatisfactionService

__all__ = ["LEVELS", "LEVEL_NAMES", "SATISFIED", "Rating", "SatisfactionService"]
