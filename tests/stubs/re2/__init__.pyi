# The part of google-re2 that is used.
from collections.abc import Iterator

class error(Exception): ...

class Options:
    case_sensitive: bool
    log_errors: bool
    max_mem: int

class _Match:
    def group(self, *groups: int) -> str | None: ...

class _Regexp:
    @property
    def groups(self) -> int: ...
    def finditer(self, text: str, pos: int = ..., endpos: int = ...) -> Iterator[_Match]: ...

def compile(pattern: str, options: Options | None = ...) -> _Regexp: ...
