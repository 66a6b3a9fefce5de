"""The simulator: invented customers write to the desk as real ones do, and answer back."""

from app.channels.simulator.channel import TICK_S, Cast, Simulator

__all__ = ["TICK_S", "Cast", "Simulator"]
