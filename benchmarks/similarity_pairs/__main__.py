"""Shows the pairs of a class: `python -m benchmarks.similarity_pairs wire_copy`."""

from benchmarks.command_line import command_line
from benchmarks.similarity_pairs.classes import CLASSES, pairs

command = command_line(__doc__)
command.add_argument("kinds", metavar="CLASS", nargs="+", choices=CLASSES, help=", ".join(CLASSES))
kinds = command.parse_args().kinds
for number, pair in enumerate((pair for pair in pairs() if pair.kind in kinds), start=1):
    side = "held out" if pair.held_out else "to choose on"
    print(f"=== {pair.kind} {number}: {pair.label}, {side}\n\n{pair.first}\n\n--- and\n\n{pair.second}\n")
