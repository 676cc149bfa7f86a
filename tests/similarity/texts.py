"""Articles that the tests of this folder share."""

BRIDGE = """A bridge over the Diyala river was opened to traffic in Baquba on Monday after four years of work.

It is 420 metres long and replaces a pontoon that floods carried off in 2021, the provincial council said.

Engineer Samir Jawad, who led the work, said that 160 people had been employed on the site. He thanked the fishermen \
who lent their boats.

Lorries will pay 2,000 dinars from next month, cars nothing. The money is to go into lamps for the approach roads.

Shopkeepers on the eastern bank expect more customers. "We were an island," said Huda Salman, who sells spare parts."""

BACKGROUND = """Diyala has seen little rebuilding since the war against the Islamic State group ended in 2017. A third \
of its bridges were blown up, and the province says that it has received 11 per cent of the money it was promised.

Villages along the river were emptied in 2014, when fighters took the dams upstream. About 60,000 people have not come \
back, the United Nations says, because their houses are ruins or because armed groups keep them out.

Protests over water and power have been common in the summers since then, and two governors have lost their posts."""

BLAST = """A bomb exploded beside a bakery in Baquba on Friday, wounding 5 people, a police source said.

The source added that it had been hidden in a cart. Colonel Hassan Tamimi said that his men found a second charge near \
the hospital and made it safe.

Nobody has claimed the attack."""
