"""Makes taxi_fares.csv: synthetic taxi rides with a fare that a small model can learn.

Nothing in it was ever driven: distances, times and noise are drawn from a seeded generator, fares
follow a made-up tariff. The same script always writes the same bytes, so that the data's hash can
stand in a model's tags. Must not need more than the standard library.
"""

import argparse
import csv
import random
from pathlib import Path
from typing import Final, NamedTuple

ROWS: Final = 1500
SEED: Final = 20240229
DATA: Final = Path(__file__).with_name("taxi_fares.csv")

# The tariff: currency units at the start, for each kilometre and minute, at night, at the airport.
_START: Final = 3.9
_PER_KM: Final = 1.85
_PER_MINUTE: Final = 0.42
_NIGHT: Final = 2.5
_AIRPORT: Final = 9.0
_NOISE: Final = 1.1

_NIGHT_HOURS: Final = frozenset({22, 23, 0, 1, 2, 3, 4, 5})
_RUSH_HOURS: Final = frozenset({7, 8, 16, 17, 18})


class Ride(NamedTuple):
    """One row: what the meter knows, and what it showed at the end (`fare`)."""

    distance_km: float
    duration_min: float
    passengers: int
    hour: int
    weekday: int
    airport: int
    fare: float


def rides(count: int = ROWS, seed: int = SEED) -> list[Ride]:
    """Return `count` made-up rides, always the same ones for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - data, not secrets
    return [_ride(draw) for _ in range(count)]


def write(path: Path) -> None:
    """Write the rides as CSV (comma, dot, line feed, a header) to `path`."""
    with path.open("w", encoding="ascii", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Ride._fields)
        writer.writerows(rides())


def _ride(draw: random.Random) -> Ride:
    hour, weekday = draw.randrange(24), draw.randrange(7)
    airport = int(draw.random() < 0.12)  # noqa: PLR2004 - the share of rides to the airport
    distance = draw.uniform(14, 32) if airport else 0.6 + draw.expovariate(1 / 4.2)
    slow = weekday < 5 and hour in _RUSH_HOURS  # noqa: PLR2004 - Monday to Friday
    minutes = distance / (draw.uniform(14, 20) if slow else draw.uniform(22, 38)) * 60
    fare = _START + _PER_KM * distance + _PER_MINUTE * minutes + _AIRPORT * airport
    fare += _NIGHT * (hour in _NIGHT_HOURS) + draw.gauss(0, _NOISE)
    return Ride(
        distance_km=round(distance, 2),
        duration_min=round(minutes, 1),
        passengers=draw.choice((1, 1, 1, 2, 2, 3, 4)),
        hour=hour,
        weekday=weekday,
        airport=airport,
        fare=round(max(fare, _START), 2),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=DATA, help="the CSV file to write")
    write(parser.parse_args().out)
