"""The stateful twin of the Act! Web API.

It behaves as the API notes say the real service does, including what goes wrong there: ``faults``
holds one switch per known behaviour that differs between builds, and counted faults for tests.
"""
