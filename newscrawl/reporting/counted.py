"""Puts numbers into words, for reports and lines on the screen."""


def counted(count: int, one: str, many: str = "") -> str:
    """A number with what it counts; `many` where that is more than an added s."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"
