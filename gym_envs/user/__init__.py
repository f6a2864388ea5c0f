"""The simulated user: dimensions of behaviour, covering designs, the state machine and its words."""
