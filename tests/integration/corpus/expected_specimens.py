"""End states of the corpus's specimens: messages in pairs and alone, not one long story."""

from tests.integration.corpus.expected_end_states import (
    ADMIT_T42E,
    MAJORS_16,
    ORDERED,
    OTF,
    SDEC_11,
    SDEC_WAITING,
    T06C_41,
    T11E_17,
    T11E_25,
    T12S_31,
    T12S_33,
    T42E_17,
    THEATRE_POOL,
    ExpectedSpell,
    P,
    Sequence,
    V,
    at,
    files,
    stay,
    still_in,
)

_PENDING = ExpectedSpell(
    V,
    P,
    "E",
    (at("2022-04-21T18:50:00"),),
    None,
    None,
    last_in=(MAJORS_16, SDEC_WAITING),
    family_name="AGBTESTD",
    given_name="Satesta",
    birth_date="1980-06-01",
)
_MERGED = (
    still_in(T42E_17, "10:00:52", owner="40800001", name=("ORANGE", "BLOOD")),
    still_in(T42E_17, "10:00:52", owner="40800001", visit="123412341235", name=("ORANGE", "BLOOD")),
)
_MOVED_VISIT = (
    still_in(
        T42E_17, "10:00:52", owner="60600000", name=("ORANGE", "BLOOD"), birth_date="2000-06-02"
    ),
)
_SWAPPED_OTHER = still_in(
    T12S_33,
    "2012-10-17T11:24:53",
    stay(T12S_31, None, "2013-03-11T10:00:40"),
    since="2013-03-11T10:00:40",
    owner="30700000",
    visit="0999999999",
    name=("Sesame", "Snaps"),
    birth_date="1970-05-05",
)

PAIRED = (
    Sequence(
        "a pending move, cancelled",
        files("pending", "A15", "A26"),
        (_PENDING,),
        never_in=(SDEC_11,),
    ),
    Sequence(
        "two people merged: both visits belong to the survivor",
        (ADMIT_T42E, *files("generic", "A01_b", "A40")),
        _MERGED,
        any_order=True,
    ),
    Sequence(
        "a visit moved to another person, though the move is dated before the admission",
        (ADMIT_T42E, *files("generic", "A45")),
        _MOVED_VISIT,
        any_order=True,
    ),
    Sequence(
        "two people swap beds",
        (ADMIT_T42E, *files("generic", "A17")),
        (
            still_in(
                T11E_17,
                "10:00:52",
                stay(T42E_17, None, "2013-03-11T10:00:40"),
                since="2013-03-11T10:00:40",
                name=("ORANG", "BLOD"),
                birth_date="1989-09-09",
            ),
            _SWAPPED_OTHER,
        ),
        any_order=True,
    ),
    Sequence(
        "a person deleted with their visit",
        (ADMIT_T42E, *files("generic", "A29")),
        never_open=(V,),
    ),
    Sequence(
        "an admission cancelled by a message that names another time",
        (ADMIT_T42E, *files("generic", "A11")),
        never_open=(V,),
    ),
    Sequence(
        "a discharge cancelled by a message that names another time",
        (ADMIT_T42E, *files("generic", "A03", "A13")),
        (
            ExpectedSpell(
                V,
                P,
                "I",
                (at("10:00:52"),),
                None,
                None,
                last_in=(T42E_17, T11E_17),
                family_name="AGBTESTD",
                given_name="Satesta",
                birth_date="1980-06-01",
                destination_cleared=True,
            ),
        ),
    ),
)

ALONE = (
    Sequence(
        "admission of another person",
        files("generic", "A01_b"),
        (
            still_in(
                T42E_17,
                "10:00:52",
                owner="40800001",
                visit="123412341235",
                name=("ORANGE", "BLOOD"),
                birth_date="1980-01-01",
            ),
        ),
    ),
    Sequence(
        "transfer of somebody never heard of: in the prior bed since admission",
        files("generic", "A02"),
        (
            still_in(
                T12S_33,
                "2012-10-17T11:24:53",
                stay(T12S_31, None, "2013-03-12T11:44:19"),
                since="2013-03-12T11:44:19",
                name=("YYTMRTTEST", "ZEROONE"),
                birth_date="1980-01-01",
            ),
        ),
    ),
    Sequence(
        "admitted from ED, in summer time",
        files("generic", "A06"),
        (
            still_in(
                T06C_41,
                "2020-04-01T18:30:00",
                stay(OTF, None, "2020-04-01T21:22:21"),
                since="2020-04-01T21:22:21",
                owner="A/AA1111",
                visit="1234567890",
                name=("AAA", "BBB"),
                birth_date="2001-01-01",
            ),
        ),
    ),
    Sequence("registration of an outpatient", files("generic", "A04"), never_open=(V,)),
    Sequence("cancelled admission, never heard of", files("generic", "A11"), never_open=(V,)),
    Sequence("deleted person, never heard of", files("generic", "A29"), never_open=(V,)),
    Sequence("merge of two people never heard of", files("generic", "A40")),
    Sequence("changed identifier of a person never heard of", files("generic", "A47")),
    Sequence(
        "update before admission",
        files("generic", "A08_v1"),
        (
            ExpectedSpell(
                V,
                P,
                "I",
                (at("2013-03-11T10:00:52"),),
                None,
                None,
                last_in=(T11E_17,),
                family_name="ORANG",
                given_name="BLOD",
                birth_date="1989-09-09",
            ),
        ),
    ),
    Sequence(
        "cancelled transfer, never heard of: the bed is the one the cancel names",
        files("generic", "A12"),
        (ExpectedSpell(V, P, "", (), None, None, last_in=(T11E_25,)),),
        never_in=(THEATRE_POOL,),
    ),
    Sequence(
        "cancelled discharge, never heard of: the person is here",
        files("generic", "A13"),
        (ExpectedSpell(V, P, "I", (), None, None, last_in=(T11E_17,), destination_cleared=True),),
    ),
    Sequence(
        "both halves of a swap, neither heard of",
        files("generic", "A17"),
        (
            ExpectedSpell(V, P, "I", (), None, None, last_in=(T11E_17,), family_name="ORANG"),
            _SWAPPED_OTHER,
        ),
    ),
    Sequence("visit moved, never heard of", files("generic", "A45"), ()),
    *(
        Sequence(
            f"birth date sent as {name.removeprefix('birth_')}",
            (f"{name}.txt",),
            (still_in(T42E_17, "10:00:52", name=("ORANGE", "BLOOD"), birth_date=born),),
        )
        for name, born in (
            ("birth_date_bst", "1925-07-04"),
            ("birth_date_gmt", "1980-01-01"),
            ("birth_datetime_bst", "1925-07-04"),
            ("birth_datetime_gmt", "1980-01-01"),
            ("birth_datetime_midnight_bst", "1925-07-04"),
        )
    ),
)

ALL = (*ORDERED, *PAIRED, *ALONE)
