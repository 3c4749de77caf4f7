import pytest

from pledges.signing.layout import SEAL_FIELD, Box, Kind, field_name, kind_of


@pytest.mark.parametrize(
    ("kind", "number", "name"),
    [
        (Kind.LEADER, 1, "KY01"),
        (Kind.AGENCY, 12, "CQ12"),
        (Kind.WITNESS, 1, "CK01"),
        (Kind.TIME_STAMP, 2, "TG02"),
    ],
)
def test_field_name_and_kind_tell_each_other(kind, number, name):
    assert field_name(kind, number) == name
    assert kind_of(name) == kind


@pytest.mark.parametrize("number", [0, 100])
def test_field_name_beyond_two_digits_is_refused(number):
    with pytest.raises(ValueError, match="1 to 99"):
        field_name(Kind.LEADER, number)


@pytest.mark.parametrize("name", ["", "KY1", "KY00", "KY001", "ky01", "KY01.a", "Signature1"])
def test_kind_of_a_strange_name_is_other(name):
    assert kind_of(name) == Kind.OTHER


def test_kind_of_the_seal():
    assert kind_of(SEAL_FIELD) == Kind.SEAL


def test_box_knows_its_size():
    box = Box(0, 10, 20, 110, 70)

    assert (box.width, box.height) == (100, 50)


@pytest.mark.parametrize("edges", [(-1, 0, 0, 1, 1), (0, 1, 0, 1, 1), (0, 0, 2, 1, 1)])
def test_box_without_area_is_refused(edges):
    with pytest.raises(ValueError, match="Not a box"):
        Box(*edges)
