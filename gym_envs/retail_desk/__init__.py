"""retail_desk: customer service of a web shop, with a policy of numbered clauses, on a SQLite database.

Customers ask to cancel and change orders, to return and exchange items, to use vouchers, and for what the books say; some ask
for what the policy rules out. Every change wants a look-up before it and a yes.
"""

from trajgym.gym_envs.retail_desk.world import RetailDesk

WORLD = RetailDesk()
