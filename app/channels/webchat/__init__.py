"""The web chat: a page and a script tag for the shop's own site, served by the desk itself."""
