"""The classes of attacks, where each was published, what becomes of it, and which tests try it.

`python -m tests.security.attacks` writes the table of `docs/guide/security.md` anew; a test compares the two.
"""

from collections.abc import Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.security import (
    test_around_the_door,
    test_artifact_paths,
    test_bodies,
    test_bombs,
    test_connections,
    test_hosts_and_origins,
    test_locations,
    test_login,
    test_page_tokens,
    test_part_addresses,
    test_past_permissions,
    test_smuggling,
    test_stored_pages,
    test_webhook_addresses,
)
from tests.security.payloads import TEXTS

GUIDE: Final = Path(__file__).parents[2] / "docs" / "guide" / "security.md"
BEGIN: Final = "<!-- Written by `python -m tests.security.attacks`. -->\n"
END: Final = "<!-- The end of what is written by a program. -->\n"


@dataclass(frozen=True)
class AttackClass:
    """One way in that somebody tried.

    Attributes:
        name: What it is.
        published: Under which names it was found in MLflow, as public records tell of it; empty if it is common to all
            servers.
        outcome: What the server does.
        tables: The attacks, as the tests have them; none where each test is one.
        tests: The files of tests that try them, with the names of single tests where a file tries several.
    """

    name: str
    published: str
    outcome: str
    tables: tuple[Sized, ...]
    tests: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many attacks there are, each counted once, on however many routes and in however many spellings."""
        return sum(map(len, self.tables))

    @property
    def shown(self) -> str:
        """How many attacks there are or, where they are steps and not texts, how many tests take them."""
        if self.tables:
            return str(self.count)
        return f"{len(self.tests)} tests"


ATTACKS: Final = (
    AttackClass(
        "Paths that lead out of a folder, to read, write or delete",
        "CVE-2023-1177, CVE-2023-2356, CVE-2023-2780, CVE-2023-3765, CVE-2023-6015, CVE-2023-6018, CVE-2023-6753,"
        " CVE-2023-6831, CVE-2023-6909, CVE-2023-6975, CVE-2023-6976, CVE-2024-1483,"
        " CVE-2024-1558, CVE-2024-1560, CVE-2024-1593, CVE-2024-1594, CVE-2024-2928,"
        " CVE-2024-8859, CVE-2025-11201, CVE-2026-2033",
        "Refused. A path is decoded until nothing changes, and refused if it would lead out at any step; it is never"
        " repaired.",
        (
            *(test_artifact_paths.TRAVERSALS.values()),
            test_artifact_paths.ESCAPED,
            TEXTS["path traversal"],
        ),
        ("test_artifact_paths.py", "test_every_field.py"),
    ),
    AttackClass(
        "Ids and names that become paths",
        "",
        "Looked up in the store alone; paths are made of ids that the server made.",
        (TEXTS["names with a meaning"],),
        ("test_every_field.py",),
    ),
    AttackClass(
        "Symbolic links among artifacts, pipes, sockets, folders swapped meanwhile",
        "",
        "Never followed, by no operation; not listed.",
        (),
        (
            "test_artifact_paths.py::test_are_followed_by_no_operation",
            "test_artifact_paths.py::test_are_in_no_listing",
            "test_artifact_paths.py::test_are_deleted_with_their_folder_but_not_what_they_lead_to",
            "test_artifact_paths.py::test_a_link_in_place_of_the_staging_folder_gets_no_upload",
            "test_artifact_paths.py::test_a_planted_part_of_an_upload_is_not_followed",
            "test_artifact_paths.py::test_pipes_and_sockets_are_neither_read_nor_listed",
            "test_artifact_paths.py::test_a_folder_swapped_for_a_link_all_the_time_lets_nothing_out",
        ),
    ),
    AttackClass(
        "Places that a client names as its storage",
        "CVE-2023-1177, CVE-2023-6977, CVE-2024-3573, CVE-2024-3848, CVE-2026-2614, `#24767`",
        "Kept as text and returned; nothing there is opened, listed, written or fetched.",
        (test_locations.LOCATIONS, test_artifact_paths.FOREIGN_URIS.split()),
        ("test_locations.py", "test_artifact_paths.py::test_other_places_are_not_served"),
    ),
    AttackClass(
        "Requests that the server makes for somebody: addresses of the inside, redirects, rebinding",
        "CVE-2023-6974, CVE-2025-52967, CVE-2026-2393, CVE-2026-64849",
        "Webhooks alone go out, to checked addresses, without redirects; the address that was checked is the one that"
        " is connected to. No other text is ever fetched.",
        (test_webhook_addresses.INSIDE, TEXTS["server-side requests"]),
        ("test_webhook_addresses.py", "test_every_field.py"),
    ),
    AttackClass(
        "Another server, whose data is shown here, that is hostile; and who reaches it through this one",
        "",
        "Its redirects are not followed, what it sends is JSON or a file in a sandbox, its names lead out of no"
        " archive, and its folders come to an end. No account or token of it is made or changed from here.",
        (),
        tuple(
            f"test_another_server.py::{name}"
            for name in (
                "test_no_name_of_a_file_leads_out_of_an_archive",
                "test_folders_without_end_come_to_an_end",
                "test_a_part_that_makes_no_sense_is_none",
                "test_a_file_of_another_server_does_not_act_in_the_name_of_this_one",
                "test_nobody_is_led_elsewhere_with_what_callers_are_known_by",
                "test_what_a_server_of_trialog_answers_is_json_or_nothing",
                "test_no_account_of_another_server_is_changed_by_who_reaches_this_one",
            )
        ),
    ),
    AttackClass(
        "DNS rebinding and pages of other sites, in every mode of the server",
        "CVE-2025-14279",
        "Refused by Host, Origin and Sec-Fetch-Site, before anything is looked up.",
        (test_hosts_and_origins.HOSTS, test_hosts_and_origins.ORIGINS),
        ("test_hosts_and_origins.py",),
    ),
    AttackClass(
        "Past the login: parts that ask for none, addresses and headers that are read in two ways",
        "CVE-2023-6014, CVE-2026-0545, CVE-2026-2652",
        "Who does not show who she is gets 401 at every address alike, before anything of it is looked at; the few"
        " pages that are open stand in a list, letter by letter.",
        (test_past_permissions.PAST_LOGIN,),
        ("test_past_permissions.py::test_nothing_leads_past_the_login", "test_authorisation.py"),
    ),
    AttackClass(
        "Past permissions: uploads in parts, lists, deletions, things of others by another way",
        "CVE-2024-4263, CVE-2025-14297, CVE-2025-15381, CVE-2026-2651, CVE-2026-3198, CVE-2026-13484",
        "No route is served that does not declare what it takes, and on what; deleting takes MANAGE. What may not be"
        " read answers as what is not there.",
        (test_past_permissions.PAST_PERMISSIONS,),
        ("test_past_permissions.py::test_nothing_leads_past_permissions", "test_authorisation.py"),
    ),
    AttackClass(
        "What is shown along with what may be read: of others, of the past, by names that changed hands",
        "",
        "Answers hold what who asks may read, wherever they take it from; what stays behind of a thing that is gone is"
        " for who may read all of its kind.",
        (),
        (
            "test_shown_along.py::test_a_name_does_not_bring_the_history_of_who_had_it",
            "test_shown_along.py::test_a_model_that_may_be_read_does_not_show_what_its_run_logged",
            "test_shown_along.py::test_a_run_does_not_lead_to_models_of_other_experiments",
            "test_shown_along.py::test_what_one_may_do_tells_of_no_thing_that_may_not_be_read",
            "test_shown_along.py::test_whoever_manages_all_but_some_is_not_told_which_there_are",
            "test_shown_along.py::test_permissions_do_not_tell_the_names_of_what_may_not_be_read",
            "test_shown_along.py::test_what_holds_a_run_is_told_to_who_may_read_it",
            "test_shown_along.py::test_a_removal_tells_nothing_of_what_others_remove",
        ),
    ),
    AttackClass(
        "Through a proxy to a server that is meant for its own machine",
        "`#23500`",
        "Without accounts what says that it came through a proxy is refused, and so is a start that tells of one.",
        (test_around_the_door.SIGNS_OF_PROXIES, test_around_the_door.MEANT_FOR_OTHERS),
        ("test_around_the_door.py",),
    ),
    AttackClass(
        "Parts of uploads, which come without credentials",
        "",
        "Each address of a part is signed, for that part of that upload and for half a day; what its user may do is"
        " asked again with each part.",
        (test_part_addresses.FORGED,),
        ("test_part_addresses.py",),
    ),
    AttackClass(
        "Folders of runs by another spelling, where file systems do not tell them apart",
        "",
        "Refused to who may not write there.",
        (test_around_the_door.SPELLINGS,),
        ("test_around_the_door.py::test_no_experiment_is_put_into_the_folder_of_a_run",),
    ),
    AttackClass(
        "Accounts that nobody gave: signing up, forged forms",
        "CVE-2023-6014, CVE-2025-1473",
        "Nobody signs up: administrators make accounts, and a browser's request counts with the token of its login"
        " alone.",
        (test_past_permissions.SIGN_UPS,),
        ("test_past_permissions.py::test_nobody_makes_an_account_by_herself",),
    ),
    AttackClass(
        "Passwords that everybody knows, that are tried first, or that are none",
        "CVE-2025-1474, CVE-2025-11200, CVE-2026-2635, GHSA-gq3w-7jj3-x7gr",
        "None is shipped: the first administrator is made with a secret that is new at each start, or by the operator."
        " Short ones and those that are tried first are refused. An account without a password logs in by token or"
        " identity provider alone.",
        (test_login.DEFAULT_CREDENTIALS, test_past_permissions.WEAK_PASSWORDS),
        (
            "test_login.py::test_no_password_is_shipped",
            "test_past_permissions.py::test_no_account_has_a_password_that_is_tried_first",
        ),
    ),
    AttackClass(
        "Guessing names and passwords: by answers, by time, by a storm of attempts",
        "",
        "All wrong ones are answered alike, after the same work; more and more slowly; others are served meanwhile.",
        (),
        (
            "test_login.py::test_no_answer_tells_which_users_there_are",
            "test_login.py::test_no_user_takes_another_way_through_the_check",
            "test_login.py::test_a_storm_of_wrong_passwords_leaves_others_served",
            "test_login.py::test_nobody_locks_a_user_out_of_where_she_is_known",
        ),
    ),
    AttackClass(
        "Logins that somebody else began: sessions chosen beforehand, forms and pages of other sites",
        "",
        "Each login has a new secret; forms count with a token of the same browser and from the same origin alone; a"
        " login serves no page of another origin.",
        (test_login.OTHER_SITES,),
        ("test_login.py",),
    ),
    AttackClass(
        "Ways from the login to another site",
        "",
        "It leads to paths of this server alone.",
        (test_login.REDIRECTS,),
        ("test_login.py::test_a_login_leads_nowhere_else",),
    ),
    AttackClass(
        "Scripts in names, tags, files and headers",
        "CVE-2023-6568, CVE-2024-27132, CVE-2024-27133",
        "Text is answered as JSON alone; files are saved, never shown, and in a sandbox if a browser shows them anyway;"
        " pages of the server run no script but their own.",
        (TEXTS["stored scripts"], test_stored_pages.NAMES, TEXTS["templates and formats"]),
        ("test_stored_pages.py", "test_every_field.py"),
    ),
    AttackClass(
        "Pickles, modules and settings that run when a model is loaded",
        "CVE-2024-37052 to CVE-2024-37061, CVE-2025-11201, CVE-2025-15031, CVE-2026-0596, CVE-2026-96775,"
        " CVE-2026-96804",
        "Stored byte for byte. The server loads no model and imports nothing from artifacts; the process is watched.",
        (test_bombs.carriers("canary"), TEXTS["deserialisation"], TEXTS["commands"]),
        ("test_bombs.py::test_nothing_that_is_stored_is_run_unpacked_or_fetched", "test_every_field.py"),
    ),
    AttackClass(
        "YAML that grows, nests or makes objects",
        "",
        "Read as plain text within bounds, without anchors and tags; what exceeds them says nothing of its model.",
        (test_bombs.YAML_BOMBS,),
        ("test_bombs.py::test_a_model_that_is_a_bomb_says_nothing_and_does_nothing", "test_fuzzing.py"),
    ),
    AttackClass(
        "One request that can be read as two",
        "",
        "Refused, and the connection closed.",
        (test_smuggling.AMBIGUOUS,),
        ("test_smuggling.py",),
    ),
    AttackClass(
        "Heads without end, heads and bodies that come slowly or never, answers that nobody reads",
        "",
        "Cut off after a time or a size; others are answered meanwhile.",
        (test_connections.FLOODS, test_bodies.SLOW),
        ("test_connections.py", "test_bodies.py"),
    ),
    AttackClass(
        "Bodies that are no JSON, too large, too deep, too many values, compressed",
        "CVE-2024-6838",
        "Refused with 400 or 413; nothing changes.",
        (test_bodies.BODIES, TEXTS["sizes"]),
        ("test_bodies.py", "test_every_field.py"),
    ),
    AttackClass(
        "Line feeds for the head of an answer",
        "",
        "Never there: names of files are coded, errors are in the body alone.",
        (TEXTS["header injection"],),
        ("test_stored_pages.py", "test_every_field.py"),
    ),
    AttackClass(
        "SQL in filters, orders and names",
        "",
        "Compared as text; a filter that is none is refused with its position.",
        (TEXTS["SQL"],),
        ("test_search_injection.py", "test_every_field.py"),
    ),
    AttackClass(
        "Patterns that burn the processor",
        "",
        "Regular expressions are RE2's, whose time grows with the text alone; what takes too long is cut off.",
        (TEXTS["patterns that burn time"],),
        ("test_search_injection.py", "test_every_field.py"),
    ),
    AttackClass(
        "Page tokens that nobody gave out",
        "",
        "Refused; a changed position shows nothing that its search does not.",
        (test_page_tokens.FORGED,),
        ("test_page_tokens.py",),
    ),
    AttackClass(
        "Lines for the log, commands for the terminal that shows it, secrets in it",
        "",
        "Further lines are indented, control characters escaped; headers, queries and bodies are not logged.",
        (TEXTS["log lines"], TEXTS["strange text"]),
        ("test_own_files.py", "test_every_field.py"),
    ),
    AttackClass(
        "Files of the server that others on the machine can read or change",
        "CVE-2024-27134, CVE-2025-10279, CVE-2026-4137",
        "The store is made for its owner alone; there are no temporary files elsewhere.",
        (),
        (
            "test_own_files.py::test_the_store_is_its_owners_alone",
            "test_own_files.py::test_nothing_is_left_in_the_folder_for_temporary_files",
            "test_own_files.py::test_nothing_it_stores_can_be_executed",
        ),
    ),
    AttackClass(
        "Parts of MLflow's server that were ways in: gateway, GraphQL, jobs, scorers, static files",
        "CVE-2025-0453, CVE-2025-52967, CVE-2026-0545, CVE-2026-2652",
        "Not there: 404 or 501.",
        (test_locations.ABSENT,),
        ("test_locations.py::test_what_mlflow_was_attacked_through_is_not_there",),
    ),
)


def table() -> str:
    """Return the table of the guide."""
    rows = [
        "| attack | found in MLflow as | what the server does | attacks | tried in |",
        "| --- | --- | --- | ---: | --- |",
    ]
    for one in ATTACKS:
        tests = ", ".join(f"`{name}`" for name in dict.fromkeys(test.partition("::")[0] for test in one.tests))
        rows.append(f"| {one.name} | {one.published} | {one.outcome} | {one.shown} | {tests} |")
    listed = [one for one in ATTACKS if one.tables]
    attacks, steps = sum(one.count for one in listed), sum(len(one.tests) for one in ATTACKS if not one.tables)
    rest = f"{steps} tests of the {len(ATTACKS) - len(listed)} classes whose attacks are steps and not texts"
    return "\n".join(rows) + f"\n\n{attacks} attacks in {len(listed)} classes, and {rest}.\n"


def main() -> None:
    """Write the table into the guide."""
    before, _, rest = GUIDE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    GUIDE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
