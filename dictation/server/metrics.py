"""What is counted, in the text form that Prometheus reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

# Seconds; a take of some seconds is recognised in a tenth of one.
_BOUNDS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


@dataclass(slots=True)
class Metrics:
    """Belongs to the event loop."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By door and HTTP status."""
    takes_open: int = 0
    audio_s: float = 0.0
    """Of all takes that are over."""
    _within: Counter[float] = field(default_factory=Counter)
    _waits: int = 0
    _waits_s: float = 0.0

    def waited(self, seconds: float) -> None:
        """A take was open for so long."""
        self._waits += 1
        self._waits_s += seconds
        for bound in _BOUNDS_S:
            self._within[bound] += seconds <= bound

    def text(self, *, ready: bool) -> str:
        """As Prometheus' text format 0.0.4 has it."""
        return "".join(f"{line}\n" for line in self._lines(ready))

    def _lines(self, ready: bool) -> Iterator[str]:  # noqa: FBT001 - private
        yield "# HELP dictation_ready Whether the models are loaded."
        yield "# TYPE dictation_ready gauge"
        yield f"dictation_ready {int(ready)}"
        yield "# HELP dictation_requests_total Requests that were answered."
        yield "# TYPE dictation_requests_total counter"
        for (door, status), count in sorted(self.requests.items()):
            yield f'dictation_requests_total{{door="{door}",status="{status}"}} {count}'
        yield "# HELP dictation_takes_open Takes that wait, are recorded or recognised."
        yield "# TYPE dictation_takes_open gauge"
        yield f"dictation_takes_open {self.takes_open}"
        yield "# HELP dictation_audio_seconds_total Audio of the takes that are over."
        yield "# TYPE dictation_audio_seconds_total counter"
        yield f"dictation_audio_seconds_total {self.audio_s:.3f}"
        name = "dictation_take_seconds"
        yield f"# HELP {name} From the begin of a take to its end."
        yield f"# TYPE {name} histogram"
        for bound in _BOUNDS_S:
            yield f'{name}_bucket{{le="{bound:g}"}} {self._within[bound]}'
        yield f'{name}_bucket{{le="+Inf"}} {self._waits}'
        yield f"{name}_sum {self._waits_s:.3f}"
        yield f"{name}_count {self._waits}"
