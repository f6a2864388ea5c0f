"""The service desk of a bank: a double-entry ledger, cards, payees, disputes, and an inbox that nobody may trust."""

from trajgym.gym_envs.bank_ops.world import BankOps

WORLD = BankOps()
