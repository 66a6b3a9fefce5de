"""The practice shop 青禾生活馆: invented, plausible, generated once by `generate.py`."""
