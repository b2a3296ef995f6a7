"""The short form of the attacks: real parts are killed, frozen and cut off under load, and no promise breaks.

The floors hold on a busy machine with two cores; what was really reached is printed (`-s`), and the long form is
`python -m tests.faults.run`.
"""


def test_postgresql_with_two_web_processes(postgres, attack, record_testsuite_property):
    report = attack(postgres, 90, clients=40, rate=45)
    record_testsuite_property("postgres", report.figures)
    assert report.kinds().total() >= 15
    assert report.figures["acknowledged writes"] >= 400


def test_sqlite_with_one_web_process(sqlite, attack, record_testsuite_property):
    report = attack(sqlite, 45, clients=25, rate=35)
    record_testsuite_property("sqlite", report.figures)
    assert report.kinds().total() >= 8
    assert report.figures["acknowledged writes"] >= 200
