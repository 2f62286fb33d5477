"""The main job through every real part, with the Functions host killed between any two steps."""

import re

import pytest

from sandbox.demo.play import Play
from sandbox.running import Sandbox, open_state

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]


def test_a_model_is_promoted_although_the_host_dies_between_any_two_steps(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    config, _ = open_state(tmp_path_factory.mktemp("state"))
    play = Play(config, tmp_path_factory.mktemp("play"))
    with Sandbox(config) as running:
        for _, step in play.steps():
            step()
            running.host.kill()
            running.host.launch()
            running.host.wait()

    assert play.request["state"] == "promoted"
    assert re.search(r"audit chain verified \([0-9]+ facts\)$", play.summary())


def test_what_was_stored_is_still_there_after_the_whole_sandbox_was_restarted(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    config, _ = open_state(tmp_path_factory.mktemp("state"))
    play = Play(config, tmp_path_factory.mktemp("play"))
    steps = [step for _, step in play.steps()]
    with Sandbox(config):
        for step in steps[:5]:
            step()

    with Sandbox(config):
        for step in steps[5:]:
            step()

    assert play.request["state"] == "promoted"
