"""The window: shows what `app` knows. The only layer that may import PySide6."""
