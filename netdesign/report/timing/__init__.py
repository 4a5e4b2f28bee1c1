"""The answer of ``netdesign timing`` as people read it."""
