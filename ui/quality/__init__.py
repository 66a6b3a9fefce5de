"""Quality checks in the window: the week's sample, the sheet beside the talk, own checks."""
