"""The settings view and the pages of the window itself."""
