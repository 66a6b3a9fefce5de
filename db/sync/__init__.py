"""The sync core: ops out of the change notes, sealed segments, a relay, and the merge."""
