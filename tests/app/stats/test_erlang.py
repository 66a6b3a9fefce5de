"""Staffing against exact evaluation with fractions, published values, and the chain itself."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.stats.erlang import Demand, _answered, achieved, erlang_b, erlang_c, required_agents


def exact_c(servers: int, load: Fraction) -> Fraction:
    """Erlang's second formula as it is written, without rounding."""
    terms = [load**n / math.factorial(n) for n in range(servers)]
    waiting = load**servers / math.factorial(servers) * servers / (servers - load)
    return waiting / (sum(terms) + waiting)


@given(st.integers(1, 60), st.fractions(Fraction(1, 50), Fraction(99, 100), max_denominator=100))
def test_waiting_is_what_erlangs_formula_says_exactly(servers: int, share: Fraction) -> None:
    load = share * servers
    assert erlang_c(servers, float(load)) == pytest.approx(float(exact_c(servers, load)), rel=1e-11)


@pytest.mark.parametrize(
    ("servers", "load", "blocked"),
    # Tables of Erlang's loss formula, e.g. ITU-D Teletraffic Engineering Handbook: the load at
    # which 1 % are lost.
    [
        (1, 0.0101, 0.01),
        (2, 0.1526, 0.01),
        (5, 1.3608, 0.01),
        (10, 4.4612, 0.01),
        (20, 12.031, 0.01),
    ],
)
def test_losses_are_those_of_the_published_tables(
    servers: int, load: float, blocked: float
) -> None:
    assert erlang_b(servers, load) == pytest.approx(blocked, rel=2e-3)


def test_two_servers_with_one_erlang_make_a_third_wait() -> None:
    # M/M/2 at half load, the textbook case: C(2, 1) = 1/3.
    assert erlang_c(2, 1) == pytest.approx(1 / 3, rel=1e-14)


def test_the_text_books_call_centre() -> None:
    # 360 calls an hour of 240 s are 24 erlangs; with 25 agents most wait, with 30 few do.
    demand = Demand(per_hour=360, handling_s=240)
    assert demand.load == 24
    few, enough = achieved(25, demand, 15), achieved(30, demand, 15)
    assert few.waits == pytest.approx(float(exact_c(25, Fraction(24))), rel=1e-12)
    assert enough.mean_wait_s == pytest.approx(
        float(exact_c(30, Fraction(24)) * 240 / 6), rel=1e-12
    )
    assert few.in_time < 0.5
    assert enough.in_time > 0.8


@given(
    st.integers(1, 12),
    st.fractions(Fraction(1, 10), Fraction(2), max_denominator=20),
    st.fractions(Fraction(1, 4), Fraction(4), max_denominator=8),
)
def test_the_queue_with_patience_is_its_chain_exactly(
    servers: int, share: Fraction, patience: Fraction
) -> None:
    load, states = share * servers, [Fraction(1)]
    for n in range(1, 400):
        leave = min(n, servers) + max(0, n - servers) / patience
        states.append(states[-1] * load / leave)
        if n > servers + 5 and states[-1] < Fraction(1, 10**20):
            break
    total = sum(states)
    line = sum(max(0, n - servers) * p for n, p in enumerate(states)) / total
    demand = Demand(per_hour=float(load) * 60, handling_s=60, patience_s=float(patience) * 60)
    found = achieved(servers, demand, 20)
    assert found.waits == pytest.approx(float(sum(states[servers:]) / total), rel=1e-9)
    assert found.gives_up == pytest.approx(float(line / patience / load), rel=1e-9)
    assert found.mean_wait_s == pytest.approx(float(line / load) * 60, rel=1e-9)
    # Whoever does not give up is answered in the end.
    assert achieved(servers, demand, 1e6).in_time == pytest.approx(1 - found.gives_up, rel=1e-9)


def test_answers_in_time_are_those_of_the_chain_followed_step_by_step() -> None:
    service, leave, target, steps = 0.15, 0.01, 30.0, 20_000
    step = target / steps
    for ahead, answered in zip(range(4), _answered(service, leave, target), strict=False):
        # Chances to have 0, 1 … still ahead; at each step one goes on, or gives up oneself.
        now, served = [0.0] * ahead + [1.0, 0.0], 0.0
        for _ in range(steps):
            served += now[0] * service * step
            now = [
                p * (1 - (service + (k + 1) * leave) * step)
                + now[k + 1] * (service + (k + 1) * leave) * step
                for k, p in enumerate(now[:-1])
            ] + [0.0]
        assert served == pytest.approx(answered, rel=2e-3)


def test_the_fewest_agents_that_reach_the_target_are_proposed() -> None:
    demand = Demand(per_hour=90, handling_s=400, at_once=3)
    found = required_agents(demand, 30, 0.9)
    assert found.in_time >= 0.9 > achieved(found.agents - 1, demand, 30).in_time
    patient = required_agents(Demand(90, 400, patience_s=120, at_once=3), 30, 0.9)
    assert patient.agents <= found.agents
    assert required_agents(Demand(0, 400), 30, 1.0).agents == 0
    assert achieved(0, demand, 30).in_time == 0
    with pytest.raises(ValueError, match="more agents"):
        required_agents(Demand(9_000, 400), 30, 0.9, most=5)
