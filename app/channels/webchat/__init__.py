"""The web chat: a page and a script tag for the shop's own site, served by the desk itself."""

from app.channels.webchat.desk import Answers, Desk
from app.channels.webchat.server import WebChat, WebChatOptions
from app.channels.webchat.web import Look

__all__ = ["Answers", "Desk", "Look", "WebChat", "WebChatOptions"]
