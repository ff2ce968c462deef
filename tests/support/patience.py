"""How long tests wait for what must come: one number, because waiting longer costs nothing where it comes.

A test that waits fails when its time is up, and on a busy machine everything takes many times as long as on an idle
one. So nobody guesses a number of seconds of their own: what must happen is waited for this long, which is shorter
than the time that pytest gives a whole test. What must *not* happen is no matter of patience, and is not waited for
here.
"""

from __future__ import annotations

PATIENCE_S = 240.0
