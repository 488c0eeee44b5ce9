"""The sample's children as tables of the Standard Safeguarding Dataset, as three case systems write them."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

Row = dict[str, object]
DATA = Path(__file__).parent.parent / "data"
LEGAL_TEXTS = {
    "C1": "Interim care order Sec. 38(1)",
    "C2": "Care Order Sec. 31(a)",
    "E1": "Care Order Sec.31(a) & Placement Order (Sec. 21)",
    "V2": "Single placement acc. by LA S20(1) CA under 16",
    "V3": "Regular occ. acc by LA S20(3) CA 16 & over",
    "V4": "V4 Short break",
    "L2": "Emergency protection order - LA",
}
CATEGORY_TEXTS = {
    "NEG": "Neglect",
    "PHY": "Physical abuse",
    "SAB": "Sexual abuse",
    "EMO": "Emotional abuse",
    "MUL": "Multiple",
}


@dataclass(frozen=True)
class Dialect:
    """What tells the tables of one case system from those of another."""

    name: str
    has_words: bool = False
    names_people: bool = True
    shares_addresses: bool = False
    marks_authorities: bool = False
    home_type: str = "Home"

    def word(self, code: str, words: str) -> str:
        return f"{code} - {words}" if self.has_words and code else code


SYSTEMC = Dialect("SystemC", has_words=True, marks_authorities=True, home_type="MAIN")
MOSAIC = Dialect("Mosaic", names_people=False)
ECLIPSE = Dialect("Eclipse", shares_addresses=True)
DIALECTS = (SYSTEMC, MOSAIC, ECLIPSE)


def clean_rows(table: str) -> list[dict[str, str]]:
    """The rows of a table of the sample, of every third child."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if int(row["child"].removeprefix("MU")) % 3 == 0]


def moment(day: str) -> str | None:
    """A day as the dataset has it: with a time, and nothing where there is none."""
    return f"{day}T00:00:00" if day else None


def make_tables(dialect: Dialect) -> dict[str, list[Row]]:
    episodes = clean_rows("care_episodes")
    plans = [{**plan, "id": f"P{number}"} for number, plan in enumerate(clean_rows("protection_plans"))]
    placements = "ssd_cla_placement" if dialect.names_people else "ssd_cla_placements"
    return {
        "ssd_person": [make_person(row) for row in clean_rows("children")],
        "ssd_immigration_status": [make_status(row) for row in clean_rows("uasc")],
        "ssd_cin_episodes": [make_referral(row, number) for number, row in enumerate(clean_rows("referrals"))],
        "ssd_cp_plans": [make_plan(plan, dialect) for plan in plans],
        "ssd_cp_visits": [*make_visits(plans, dialect)],
        "ssd_cla_episodes": [*make_episodes(episodes, dialect)],
        placements: [make_placement(row, number, dialect) for number, row in enumerate(episodes)],
        "ssd_legal_status": [*make_legal_statuses(episodes, dialect)],
        "ssd_address": [*make_addresses(episodes, dialect)],
        "ssd_contacts": [{"cont_contact_id": "1", "cont_person_id": "MU0001", "cont_contact_date": "2018-01-01"}],
    }


def make_person(row: Mapping[str, str]) -> Row:
    return {
        "pers_legacy_id": None, "pers_person_id": row["child"], "pers_upn": "SSD_PH", "pers_forename": "Ann",
        "pers_surname": "Other", "pers_sex": row["sex"], "pers_dob": moment(row["dob"]),
        "pers_expected_dob": None, "pers_ethnicity": row["ethnic"],
    }  # fmt: skip


def make_status(row: Mapping[str, str]) -> Row:
    return {
        "immi_person_id": row["child"],
        "immi_immigration_status": "UASC",
        "immi_immigration_status_end_date": moment(row["duc"]),
    }


def make_referral(row: Mapping[str, str], number: int) -> Row:
    return {
        "cine_referral_id": number, "cine_person_id": row["child"], "cine_referral_date": moment(row["referral_date"]),
        "cine_referral_source_code": f"{row['source']} words", "cine_referral_nfa": row["nfa"],
    }  # fmt: skip


def make_plan(plan: Mapping[str, str], dialect: Dialect) -> Row:
    category = CATEGORY_TEXTS[plan["category"]] if dialect.has_words else plan["category"]
    row: Row = {
        "cppl_cp_plan_id": plan["id"], "cppl_person_id": plan["child"],
        "cppl_cp_plan_start_date": moment(plan["start_date"]), "cppl_cp_plan_end_date": moment(plan["end_date"]),
        "cppl_cp_plan_latest_category": category,
    }  # fmt: skip
    return {**row, "cppl_cp_plan_ola": plan["other_authority"]} if dialect.marks_authorities else row


def make_visits(plans: Iterable[Mapping[str, str]], dialect: Dialect) -> Iterator[Row]:
    plans_by_child: dict[str, list[Mapping[str, str]]] = {}
    for plan in plans:
        plans_by_child.setdefault(plan["child"], []).append(plan)
    for number, visit in enumerate(clean_rows("protection_visits")):
        child_plans = plans_by_child[visit["child"]]
        covering = [plan for plan in child_plans if plan["start_date"] <= visit["visit_date"]] or child_plans
        # Eclipse has a visit for each plan that covers it.
        for plan in covering if dialect.shares_addresses else covering[-1:]:
            row: Row = {
                "cppv_cp_visit_id": number, "cppv_cp_plan_id": plan["id"],
                "cppv_cp_visit_date": f"{visit['visit_date']}T14:30:00", "cppv_cp_visit_seen": visit["seen"],
            }  # fmt: skip
            yield {**row, "cppv_person_id": visit["child"]} if dialect.names_people else row


def make_episodes(episodes: Iterable[Mapping[str, str]], dialect: Dialect) -> Iterator[Row]:
    entered: dict[str, str] = {}
    for number, row in enumerate(episodes):
        if row["rne"] == "S" or row["child"] not in entered:
            entered[row["child"]] = row["decom"]
        yield {
            "clae_cla_episode_id": number, "clae_person_id": f" {row['child']}",
            "clae_cla_episode_start_date": moment(row["decom"]),
            "clae_cla_episode_start_reason": dialect.word(row["rne"], "began"),
            "clae_cla_primary_need_code": row["cin"], "clae_cla_episode_ceased_date": moment(row["dec"]),
            "clae_cla_episode_ceased_reason": dialect.word(row["rec"], "ended"),
            "clae_cla_placement_id": placement_id(row, number, dialect),
            "clae_entered_care_date": moment(entered[row["child"]]),
        }  # fmt: skip


def placement_id(row: Mapping[str, str], number: int, dialect: Dialect) -> str:
    """The id of a placement: in Eclipse that of an address, which several children share."""
    return f"A{row['pl_post'][:4]}" if dialect.shares_addresses else f"{number}.0"


def make_placement(row: Mapping[str, str], number: int, dialect: Dialect) -> Row:
    placement: Row = {
        "clap_cla_placement_id": placement_id(row, number, dialect).removesuffix(".0"),
        "clap_cla_placement_start_date": moment(row["decom"]), "clap_cla_placement_end_date": moment(row["dec"]),
        "clap_cla_placement_type": dialect.word(row["place"], "placement"),
        "clap_cla_placement_provider": row["place_provider"], "clap_cla_placement_postcode": row["pl_post"],
        "clap_cla_placement_change_reason": row["reason_place_change"],
        "clap_cla_placement_urn": "100023336956" if dialect.shares_addresses else None,
        "clap_cla_placement_distance": None,
    }  # fmt: skip
    return {**placement, "clap_person_id": row["child"]} if dialect.names_people else placement


def make_legal_statuses(episodes: Iterable[Mapping[str, str]], dialect: Dialect) -> Iterator[Row]:
    for row in episodes:
        yield {
            "lega_person_id": row["child"], "lega_legal_status_start_date": moment(row["decom"]),
            "lega_legal_status_end_date": moment(row["dec"]),
            "lega_legal_status": LEGAL_TEXTS[row["ls"]] if dialect.has_words else row["ls"],
        }  # fmt: skip
        # A status that is none of care, in the same table.
        yield {
            "lega_person_id": row["child"], "lega_legal_status_start_date": moment(row["decom"]),
            "lega_legal_status_end_date": None, "lega_legal_status": "Child arrangements order",
        }  # fmt: skip


def make_addresses(episodes: Iterable[Mapping[str, str]], dialect: Dialect) -> Iterator[Row]:
    entered: set[str] = set()
    for row in episodes:
        if row["rne"] == "S" or row["child"] not in entered:
            entered.add(row["child"])
            before = str(date.fromisoformat(row["decom"]) - timedelta(days=1))
            yield make_address(row["child"], dialect.home_type, before, row["home_post"])
        yield make_address(row["child"], "Placement", row["decom"], row["pl_post"])


def make_address(child: str, address_type: str, start: str, postcode: str) -> Row:
    return {
        "addr_person_id": child, "addr_address_type": address_type, "addr_address_start_date": moment(start),
        "addr_address_end_date": None, "addr_address_postcode": postcode,
        "addr_address_json": '{"house": "1 Secret Street"}',
    }  # fmt: skip


def write_files(folder: Path, tables: Mapping[str, list[Row]]) -> None:
    """Write the tables as SSMS saves them: with a mark of UTF-8, and NULL as a word."""
    for name, rows in tables.items():
        with (folder / f"dbo.{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(rows[0])
            writer.writerows(["NULL" if cell is None else cell for cell in row.values()] for row in rows)


def list_statements(tables: Mapping[str, list[Row]]) -> Iterator[tuple[str, str, list[tuple[object, ...]]]]:
    """For each table, what creates it, what inserts its rows with question marks, and the rows."""
    for name, rows in tables.items():
        columns = ", ".join(f"{column} text" for column in rows[0])
        marks = ", ".join("?" * len(rows[0]))
        yield (
            f"CREATE TABLE {name} ({columns})",
            f"INSERT INTO {name} VALUES ({marks})",
            [tuple(row.values()) for row in rows],
        )


def write_database(path: Path, tables: Mapping[str, list[Row]]) -> None:
    with sqlite3.connect(path) as connection:
        for create, insert, rows in list_statements(tables):
            connection.execute(create)
            connection.executemany(insert, rows)
    connection.close()


def write_returns(folder: Path, marks_authorities: bool) -> None:
    """Write the same children as SSDA903 tables, CIN tables, and an extract of visits without a place.

    The census does not mark plans of other authorities: where these are, a clean table has the plans.
    """
    children = {row["child"]: row for row in clean_rows("children")}

    def british(day: str) -> str:
        return "/".join(reversed(day.split("-"))) if day else ""

    def write(name: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[*columns], *rows])

    header = ([c["child"], c["sex"], british(c["dob"]), c["ethnic"]] for c in children.values())
    write("header.csv", ("CHILD", "SEX", "DOB", "ETHNIC"), header)
    uasc = ([u["child"], british(children[u["child"]]["dob"]), british(u["duc"])] for u in clean_rows("uasc"))
    write("uasc.csv", ("CHILD", "DOB", "DUC"), uasc)
    codes = "rne ls cin place place_provider".split()
    episodes = (
        [e["child"], british(e["decom"]), *(e[code] for code in codes), british(e["dec"]), e["rec"],
         e["reason_place_change"], e["home_post"], e["pl_post"], e["urn"]]
        for e in clean_rows("care_episodes")
    )  # fmt: skip
    columns = "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN"
    write("episodes.csv", columns.split(), episodes)
    referrals = ([r["child"], r["referral_date"], r["source"], r["nfa"]] for r in clean_rows("referrals"))
    write("CINdetails.csv", ("LAchildID", "CINreferralDate", "ReferralSource", "ReferralNFA"), referrals)
    plans = [[p["child"], p["start_date"], p["end_date"], p["other_authority"]] for p in clean_rows("protection_plans")]
    if marks_authorities:
        write("protection_plans.csv", ("child", "start_date", "end_date", "other_authority"), plans)
    else:
        census = (plan[:3] for plan in plans)
        write("ChildProtectionPlans.csv", ("LAchildID", "CPPstartDate", "CPPendDate"), census)
    visits = ([v["child"], v["visit_date"], v["seen"]] for v in clean_rows("protection_visits"))
    write("protection_visits.csv", ("child", "visit_date", "seen"), visits)
