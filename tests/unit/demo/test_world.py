"""The fictional places are plausible, and cannot be taken for real ones."""

from homeward.demo.world import bays_of, build_world


def test_every_code_is_of_the_demo():
    world = build_world()
    assert all(o.ods.startswith("ZZ") for o in world.organisations)
    assert len({o.ods for o in world.organisations}) == len(world.organisations)


def test_every_parent_is_an_organisation():
    world = build_world()
    codes = {o.ods for o in world.organisations}
    assert {o.parent_ods for o in world.organisations} - {""} <= codes


def test_the_people_of_the_plan_are_there():
    world = build_world()
    assert "Ash ward" in {w.name for w in world.wards}
    assert ("Larch Lodge", 28) in {(h.name, h.beds) for h in world.care_homes}
    assert [o.kind for o in world.organisations].count("trust") == 2


def test_sizes_have_about_four_hundred_and_one_thousand_people_in_bed():
    assert 390 <= build_world("standard").beds * 0.93 <= 420
    assert 960 <= build_world("large").beds * 0.93 <= 1080


def test_ward_codes_and_beds_are_unique():
    for size in ("standard", "large"):
        wards = build_world(size).wards
        assert len({(w.trust, w.code) for w in wards}) == len(wards)
        assert all(len(set(w.beds)) == len(w.beds) for w in wards)


def test_bays_hold_six_and_the_rest_are_side_rooms():
    assert [(room, len(beds)) for room, beds in bays_of(16)] == [
        ("B1", 6),
        ("B2", 6),
        ("SR1", 1),
        ("SR2", 1),
        ("SR3", 1),
        ("SR4", 1),
    ]
