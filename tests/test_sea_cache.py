"""What is kept on disk is only ever a shortcut."""

from __future__ import annotations

import numpy as np
import pytest

from ais_gaps.sea import Sea, charts

RAJIN = (42.2333, 130.3000)
LAT = np.array([43.1167, 42.88028, 42.75, 41.7667, 38.0, 36.05])
LON = np.array([131.9, 132.3375, 133.0833, 129.8167, 134.0, 129.6])


@pytest.fixture(scope="module")
def fresh():
    return Sea().way_nm(*RAJIN, LAT, LON)


@pytest.fixture
def folder(tmp_path, fresh):
    """A cache that one question has filled, and nothing of it in memory."""
    charts.forget()
    assert (Sea(tmp_path / "sea").way_nm(*RAJIN, LAT, LON) == fresh).all()
    charts.forget()
    return tmp_path / "sea"


def files(folder, kind):
    return sorted(folder.glob(f"{kind}-*.npz"))


def test_a_kept_answer_is_the_fresh_one_and_needs_no_graph(folder, fresh, monkeypatch):
    assert len(files(folder, "field")) == 1 and len(files(folder, "network")) == 1
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    monkeypatch.setattr("ais_gaps.sea.lattice.build", None)
    monkeypatch.setattr("ais_gaps.sea.charts.field", None)
    assert (Sea(folder).way_nm(*RAJIN, LAT, LON) == fresh).all()
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@pytest.mark.parametrize("kind", ["field", "network"])
@pytest.mark.parametrize("damage", ["empty", "cut", "garbage", "flipped", "other"])
def test_a_broken_file_is_made_again(folder, fresh, kind, damage):
    (path,) = files(folder, kind)
    whole = path.read_bytes()
    content = bytearray(whole)
    if damage == "flipped":
        content[len(content) // 2] ^= 0xFF
    path.write_bytes(
        {
            "empty": b"",
            "cut": bytes(content[: len(content) * 2 // 3]),
            "garbage": b"not an archive at all" * 50,
            "flipped": bytes(content),
            # Whole, but of another question: a file that was renamed.
            "other": files(folder, "network" if kind == "field" else "field")[0].read_bytes(),
        }[damage]
    )
    assert (Sea(folder).way_nm(*RAJIN, LAT, LON) == fresh).all()
    charts.forget()
    assert path.read_bytes() == whole
    assert (Sea(folder).way_nm(*RAJIN, LAT, LON) == fresh).all()


def test_arrays_of_the_wrong_shape_are_not_believed(folder, fresh):
    """A field of another network's size, under the right key."""
    (path,) = files(folder, "field")
    with np.load(path) as file:
        arrays = dict(file)
    arrays["ways"] = arrays["ways"][:-5]
    np.savez_compressed(path, **arrays)
    assert (Sea(folder).way_nm(*RAJIN, LAT, LON) == fresh).all()


def test_a_folder_that_cannot_be_written_to_keeps_nothing(tmp_path, fresh):
    (tmp_path / "file").write_text("in the way")
    assert (Sea(tmp_path / "file" / "sea").way_nm(*RAJIN, LAT, LON) == fresh).all()
    assert (tmp_path / "file").read_text() == "in the way"


def test_nothing_is_left_half_written(folder):
    assert not [path for path in folder.iterdir() if path.suffix != ".npz"]


@pytest.mark.parametrize("to", [(42.75, 133.0833), None, (38.0, 134.0)])
def test_a_kept_area_is_the_fresh_one(tmp_path, monkeypatch, to):
    """Also where there is none: the third end is further than the budget."""
    fresh = Sea().area(RAJIN, to, 150.0)
    assert (fresh is None) == (to == (38.0, 134.0))
    assert Sea(tmp_path).area(RAJIN, to, 150.0) == fresh
    with monkeypatch.context() as without:
        without.setattr("ais_gaps.sea.area.area", None)
        kept = Sea(tmp_path).area(RAJIN, to, 150.0)
        assert kept == fresh and (fresh is None or kept.wkb == fresh.wkb)
        with pytest.raises(TypeError):
            Sea(tmp_path).area(RAJIN, to, 151.0)


def test_an_area_that_is_none_is_drawn_again(tmp_path):
    fresh = Sea(tmp_path).area(RAJIN, None, 20.0)
    (path,) = files(tmp_path, "area")
    with np.load(path) as file:
        np.savez_compressed(path, key=file["key"], shape=np.arange(9, dtype=np.uint8))
    assert Sea(tmp_path).area(RAJIN, None, 20.0) == fresh
