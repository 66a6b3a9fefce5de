"""The shop shared between stations: who belongs to it, how it fares, what met what."""
