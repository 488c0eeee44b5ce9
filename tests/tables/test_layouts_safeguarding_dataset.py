"""Tables of the Standard Safeguarding Dataset as SSMS and DBeaver save them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from folders import read, rows, said

PEOPLE = (
    "\ufeffpers_legacy_id,pers_person_id,pers_upn,pers_forename,pers_surname,pers_sex,pers_dob,pers_expected_dob,"
    "pers_ethnicity\nL1,7,SSD_PH,Ann,B,F,2010-02-01T00:00:00,NULL,WBRI\n,8,,C,D,unknown,NULL,01/05/2019,SSD_PH\n"
    ",-1,,x,x,M,2010-02-01T00:00:00,,\n"
)
REFERRALS = (
    "cine_referral_id,cine_person_id,cine_referral_date,cine_referral_source_code,cine_referral_nfa\n"
    "1,7,2018-10-05 00:00:00.000,1A Individual,T\n2,8,2018-11-05 00:00:00.000,9,N\n3,0,2018-11-05,9,N\n"
)
PLANS = (
    "cppl_cp_plan_id,cppl_person_id,cppl_cp_plan_start_date,cppl_cp_plan_end_date,cppl_cp_plan_latest_category,"
    "cppl_cp_plan_ola\n5,7,2018-10-10 00:00:00.000,NULL,Physical abuse,N\n"
)
VISITS = (
    "cppv_cp_visit_id,cppv_person_id,cppv_cp_plan_id,cppv_cp_visit_date,cppv_cp_visit_seen\n"
    "1,7,5,2018-10-12 14:30:00.000,Y\n2,7,5,2018-10-26 23:59:00.000,N\n"
)
IMMIGRATION = (
    "immi_person_id,immi_immigration_status,immi_immigration_status_end_date\n"
    "7,Refugee Status,NULL\n8,Unaccompanied Asylum Seeking Child,2018-12-01\n"
)


def test_every_table_gives_its_clean_table(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "dbo.ssd_person.csv": PEOPLE,
        "ssd_cin_episodes.csv": REFERRALS,
        "ssd_cp_plans.csv": PLANS,
        "v.csv": VISITS,
        "ssd_immigration_status.csv": IMMIGRATION,
    }
    tables = read(tmp_path, files)
    assert rows(tables, "children", "child", "dob", "sex", "ethnic") == [
        ("7", date(2010, 2, 1), "F", "WBRI"), ("8", date(2019, 5, 1), "U", None),
    ]  # fmt: skip
    assert rows(tables, "referrals", "child", "referral_date", "source", "nfa") == [
        ("7", date(2018, 10, 5), "1A", "Y"), ("8", date(2018, 11, 5), "9", "N"),
    ]  # fmt: skip
    assert rows(tables, "protection_plans", "child", "start_date", "end_date", "category") == [
        ("7", date(2018, 10, 10), None, "PHY")
    ]
    assert rows(tables, "protection_visits", "child", "visit_date", "seen") == [
        ("7", date(2018, 10, 12), "Y"), ("7", date(2018, 10, 26), "N"),
    ]  # fmt: skip
    assert rows(tables, "uasc", "child", "duc") == [("8", date(2018, 12, 1))]
    (doubt,) = [issue for issue in tables.issues if issue.code == "plans-of-six-years"]
    assert (doubt.table, doubt.severity) == ("protection_plans", "doubt")


def test_no_name_and_no_upn_comes_in(tmp_path: Path) -> None:
    tables = read(tmp_path, {"ssd_person.csv": PEOPLE})
    names = tables.frames["children"].collect_schema().names()
    assert not [name for name in names if name.startswith("pers_") or "name" in name]


def test_visits_without_the_person_are_named_and_not_used(tmp_path: Path) -> None:
    tables = read(tmp_path, {"ssd_cp_visits.csv": VISITS.replace("cppv_person_id", "cppv_other")})
    assert "protection_visits" in tables.problems
    assert "the visits have no cppv_person_id, and there is no ssd_cp_plans to say whose they are" in said(tables)[0]


def test_assessments_reviews_visits_in_care_and_children_in_need(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.csv": "cina_assessment_id,cina_person_id,cina_assessment_start_date,cina_assessment_auth_date,"
        "cina_assessment_child_seen,cina_assessment_outcome_json\n1,7,2018-10-05 00:00:00.000,NULL,Y,{}\n",
        "r.csv": "cppr_cp_review_id,cppr_person_id,cppr_cp_review_due,cppr_cp_review_date\n"
        "1,7,2018-12-01,2018-12-03\n2,7,2019-06-01,NULL\n",
        "v.csv": "clav_cla_visit_id,clav_person_id,clav_cla_visit_date,clav_cla_visit_seen,clav_cla_visit_seen_alone\n"
        "1,7,2018-12-03 10:00:00,Y,N\n",
        "c.csv": "cine_referral_id,cine_person_id,cine_referral_date,cine_close_date,cine_close_reason,"
        "cine_cin_primary_need_code\n1,7,2018-10-05,2018-12-01,RC8 - closed,N1 Abuse\n",
        "u.csv": "cppr_cp_review_id,cppr_cp_plan_id,cppr_cp_review_date\n1,5,2018-12-03\n",  # as Mosaic has it
    }
    tables = read(tmp_path, files)
    assert rows(tables, "assessments", "child", "start_date", "child_seen") == [("7", date(2018, 10, 5), "Y")]
    assert rows(tables, "protection_reviews", "child", "review_date") == [("7", date(2018, 12, 3))]
    assert rows(tables, "care_visits", "child", "visit_date", "seen", "seen_alone") == [
        ("7", date(2018, 12, 3), "Y", "N")
    ]
    assert rows(tables, "need_episodes", "child", "closure_date", "closure_reason", "primary_need") == [
        ("7", date(2018, 12, 1), "RC8", "N1")
    ]
    assert [issue.code for issue in tables.issues if Path(issue.file).name == "u.csv"] == ["file-not-needed"]
