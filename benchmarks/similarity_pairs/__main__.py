"""Shows the pairs of a class: `python -m benchmarks.similarity_pairs wire_copy`."""

import sys

from benchmarks.similarity_pairs.classes import CLASSES, pairs

kinds = sys.argv[1:]
if not kinds or set(kinds) - set(CLASSES):
    sys.exit(f"Name one or more of: {', '.join(CLASSES)}.")
for number, pair in enumerate((pair for pair in pairs() if pair.kind in kinds), start=1):
    side = "held out" if pair.held_out else "to choose on"
    print(f"=== {pair.kind} {number}: {pair.label}, {side}\n\n{pair.first}\n\n--- and\n\n{pair.second}\n")
