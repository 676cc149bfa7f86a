"""Tells which addresses a reader may be led to.

In: an address as the record has it. Out: whether it is one of the web, and no script, file or half an address.
"""

import re

_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)


def is_of_the_web(address: str) -> bool:
    return bool(_WEB.match(address))
