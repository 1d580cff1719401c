"""The fault matrix: each fault and the tests that inject it. The drill runs them again and again, each round with
another seed and in another order, until its minutes are over."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.drills.harness import Counted, Drill, Run

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 900.0
# The newest lines of what pytest said of a row that failed.
SAID_LINES = 30


def of(path: str, *names: str) -> tuple[str, ...]:
    return tuple(f"tests/{path}.py::{name}" for name in names)


ROWS: Mapping[str, tuple[str, ...]] = {
    "F1": (
        *of("drills/test_kills", "test_some_commit_points"),
        *of("drills/test_kill_whole", "test_killed_while_everything_moves"),
    ),
    "F2": (
        *of("drills/test_power_loss", "test_some_images_of_one_night"),
        *of("drills/test_lost_tail", "test_a_lost_tail_is_seen_and_numbers_go_on_after_it"),
        *of("hall_daemon/adapters/storage/test_journal", "test_it_is_durable_and_in_wal"),
    ),
    "F3": (
        *of(
            "drills/test_storage",
            "test_a_full_disk_stops_numbers_and_nothing_else",
            "test_on_a_disk_full_to_the_last_byte_calls_go_on",
            "test_a_start_without_any_room_says_so_and_loses_nothing",
        ),
    ),
    "F4": (
        *of(
            "drills/test_failing_disk", "test_a_disk_that_turns_read_only",
            "test_a_start_on_a_disk_that_is_read_only_says_so",
        ),
        *of(
            "hall_daemon/adapters/storage/test_journal_read_only",
            "test_a_read_only_folder_is_refused",
            "test_a_journal_that_was_read_only_once_is_well_after_its_repair",
        ),
    ),
    "F5": (
        *of("drills/test_failing_disk", "test_one_fsync_that_fails_is_the_last"),
        *of("drills/test_storage", "test_a_journal_that_cannot_be_written_ends_the_process"),
    ),
    "F6": (
        *of(
            "drills/test_wrong_clock",
            "test_a_date_that_jumps_for_a_moment_turns_no_day",
            "test_switched_on_with_an_empty_battery_the_hall_goes_on",
            "test_a_wrong_turn_is_taken_back_and_who_expired_waits_again",
        ),
        *of(
            "hall_daemon/adapters/system/test_clock",
            "test_on_any_walk_of_the_wall_ticks_count_what_passed_and_steps_are_said_once",
        ),
    ),
    "F7": (
        *of("drills/test_midnight", "test_the_day_turns_once_whatever_the_clock_does"),
        *of("hall_daemon/app/test_core_running", "test_a_late_finish_and_its_undoing_land_on_their_own_day"),
        *of(
            "hall_daemon/domain/test_decide",
            "test_hours_lunch_and_the_stop_before_the_end",
            "test_a_holiday_is_closed_and_the_refusal_says_when_it_opens",
        ),
    ),
    "F8": (
        *of(
            "drills/test_cables",
            "test_the_strips_cable_is_pulled_and_the_pads_go_on",
            "test_the_pads_cable_is_pulled_and_a_press_without_it_does_nothing",
            "test_an_adapter_that_comes_back_under_another_number_is_found_by_its_id",
        ),
    ),
    "F9": (
        *of(
            "drills/test_noise",
            "test_garbage_between_presses",
            "test_a_press_that_arrives_broken_or_not_at_all_does_nothing",
            "test_our_own_frames_come_back",
            "test_noise_on_the_way_to_the_strips_shows_nothing_wrong",
            "test_lines_that_never_fall_silent_are_an_alarm_and_the_hall_goes_on",
        ),
        *of(
            "device_drivers/codecs/test_noisy_wire",
            "test_mutated_frames_never_yield_a_wrong_sum",
            "test_a_good_frame_is_found_behind_any_garbage",
        ),
    ),
    "F10": (
        *of(
            "drills/test_ports",
            "test_no_permission_for_a_port",
            "test_a_port_that_is_not_there_and_one_that_another_program_has",
        ),
    ),
    "F11": (
        *of(
            "drills/test_paper",
            "test_paper_runs_low_runs_out_and_comes_back",
            "test_paper_runs_out_in_the_middle_and_two_copies_are_asked_for_at_once",
            "test_whoever_looks_knows_within_two_seconds_what_the_printer_can_do",
        ),
    ),
    "F12": (
        *of(
            "drills/test_paper",
            "test_killed_in_the_middle_of_a_slip_it_prints_the_same_number_again",
            "test_nobody_stands_there_any_more_so_the_slip_is_unknown",
        ),
    ),
    "F13": (
        *of("drills/test_long_outage", "test_eight_hours_of_fifty_windows_are_told_once_and_in_order"),
        *of(
            "drills/test_broker",
            "test_our_broker_is_killed_and_comes_back_whole",
            "test_a_broker_that_was_never_there_and_then_is",
        ),
        *of(
            "hall_daemon/adapters/test_mqtt_trouble",
            "test_a_broker_that_does_not_acknowledge_is_left",
            "test_a_flapping_broker_is_not_taken_for_a_rival",
        ),
    ),
    "F14": (
        *of("drills/test_duplicates", "test_what_comes_again_acts_once_and_is_answered_as_before"),
        *of("hall_daemon/adapters/http/test_staff", "test_a_key_sent_by_many_at_once_draws_one_number"),
    ),
    "F15": (
        *of("drills/test_broker", "test_what_a_dead_hall_left_retained_is_taken_away"),
        *of("hall_daemon/adapters/mqtt/test_publisher", "test_a_late_last_will_of_an_earlier_start_is_put_right"),
    ),
    "F16": (
        *of(
            "drills/test_twice",
            "test_a_hundred_times_two_want_the_folder_and_one_has_it",
            "test_the_second_says_who_holds_the_folder",
            "test_of_twenty_at_once_one_survives",
        ),
    ),
    "F17": (
        *of(
            "hall_daemon/adapters/test_mqtt_trouble",
            "test_whoever_takes_our_client_id_is_said_and_the_hall_goes_on_with_another",
            "test_nobody_can_guess_a_client_id",
        ),
    ),
    "F18": (
        *of("drills/test_old_pages", "test_damage_below_the_snapshot_is_said"),
        *of("drills/test_lost_tail", "test_a_hall_that_lost_nothing_starts"),
        *of("drills/test_vault", "test_a_vault_that_was_overwritten"),
        *of("hall_daemon/adapters/storage/test_journal_damage", "test_any_damaged_byte_is_found_or_harmless"),
        *of(
            "hall_daemon/adapters/storage/test_snapshots",
            "test_a_journal_that_is_gone_beside_its_snapshots_never_starts_empty",
        ),
    ),
    "F19": (
        *of("drills/test_failing_disk", "test_a_commit_that_hangs_is_ended_by_the_watchdog_with_every_stack"),
        *of("drills/test_storage", "test_a_core_that_waits_for_its_disk_is_said"),
        *of("hall_daemon/test_bootstrap", "test_the_watchdog_is_fed_while_the_core_turns"),
    ),
    "F20": (
        *of("device_drivers/base/test_line_driver", "test_a_link_that_always_raises_fails_alone"),
        *of("hall_daemon/adapters/devices/test_bridge", "test_a_device_that_always_raises_fails_alone"),
    ),
    "F21": (
        *of(
            "system/test_kiosk",
            "test_the_hall_is_killed_under_somebodys_hands",
            "test_a_kiosk_starts_before_its_hall",
        ),
        *of("kiosk_ui/test_app", "test_a_lost_answer_never_draws_twice"),
    ),
    "F22": (
        *of(
            "system/test_kiosk",
            "test_killed_in_the_middle_it_is_back_with_nothing_of_the_last_person",
            "test_who_goes_away_leaves_nothing",
        ),
    ),
    "F23": (
        *of("hall_daemon/config/test_config_mutants", "test_every_mutant_is_refused_at_its_line"),
        *of("hall_daemon/config/test_config_fuzz", "test_half_written_file"),
    ),
    "F24": (
        *of("drills/test_migration", "test_killed_while_it_takes_an_older_folder_over"),
        *of("hall_daemon/adapters/storage/test_journal", "test_a_newer_format_is_refused_and_left_alone"),
    ),
    "F25": (
        *of("drills/test_crowd", "test_a_crowd_of_phones_takes_nothing_from_the_kiosks"),
        *of("hall_daemon/web/test_server", "test_who_opens_hundreds_of_idle_connections_keeps_nobody_out"),
        *of("hall_daemon/adapters/http/test_uploads", "test_bad_intent_takes_nothing_from_anybody"),
    ),
    "F26": (
        *of(
            "drills/test_voice",
            "test_without_an_audio_device_it_says_so_once_and_calls_on_the_strips",
            "test_with_strips_and_voice_out_the_clerk_is_told_before_anybody_waits_for_them",
            "test_a_player_that_hangs_is_ended",
            "test_a_call_is_not_said_once_its_person_is_elsewhere",
        ),
    ),
}


def attack(run: Run, rows: Mapping[str, tuple[str, ...]] = ROWS) -> Counted:
    """Every row once, in an order by chance, then all again with the next seed. Goes on after a row that failed, and
    names all of them with their seeds at the end."""
    runs = tests = 0
    held, skipped, failed = set[str](), set[str](), list[str]()
    seed = run.seed
    while runs == 0 or not run.over:
        order = list(rows)
        run.random("order", seed).shuffle(order)
        for fault in order:
            passed, said = tried(rows[fault], seed, run.folder / f"{seed}-{fault}")
            runs, tests = runs + 1, tests + max(0, passed)
            if passed < 0:
                failed.append(f"{fault} with DRILL_SEED={seed}")
                print(f"{failed[-1]}:\n{said}", file=sys.stderr, flush=True)
            (held if passed > 0 else skipped).add(fault)
            if run.over:
                break
        seed += 1
    assert not failed, f"{', '.join(failed)} of {runs} runs"
    counted: dict[str, int | str] = {"rows": f"{len(held)} of {len(rows)}", "runs": runs, "tests": tests}
    return {**counted, "skipped": " ".join(sorted(skipped - held))} if skipped - held else counted


def tried(tests: tuple[str, ...], seed: int, folder: Path) -> tuple[int, str]:
    """How many passed, 0 when all were skipped, -1 when one failed; and what pytest said."""
    words = ["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", f"--basetemp={folder}", *tests]
    env = {**os.environ, "DRILL_SEED": str(seed)}
    with subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pytest:
        try:
            said, _ = pytest.communicate(timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            pytest.terminate()  # its fixtures stop what they started
            said, _ = pytest.communicate()
            return -1, f"not over after {LONGEST_S:g} s\n{said}"
    passed = re.search(r"(\d+) passed", said)
    newest = "\n".join(said.splitlines()[-SAID_LINES:])
    return (-1 if pytest.returncode else int(passed[1]) if passed else 0), newest


DRILL = Drill(
    name="matrix",
    does="each fault of the matrix with its tests, again and again with other seeds",
    faults=tuple(ROWS),
    share=20,
    attack=attack,
)
