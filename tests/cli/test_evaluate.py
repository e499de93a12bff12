"""``kiosk models evaluate`` and ``detect``, as a person or a script runs them."""

import hashlib
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.cli.models.evaluation_text import comparison
from kiosk.vision.images import jpeg
from kiosk.vision.samples import frame, sample_frame, sample_portrait, side_view

Evaluate = Callable[..., Result]


@pytest.fixture
def evaluate(dlib_weights: Path) -> Evaluate:
    """Run the command with the pack that every machine can build."""

    def run(*arguments: object) -> Result:
        given = [*map(str, arguments), "--pack", "dlib", "--weights", str(dlib_weights)]
        return CliRunner().invoke(main, ["models", "evaluate", *given])

    return run


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Nine pairs of three people."""
    names = {}
    for person in range(3):
        for number, picture in enumerate((sample_portrait(person), sample_frame(person, 1))):
            names[person, number] = f"p{person}-{number}.jpg"
            (tmp_path / names[person, number]).write_bytes(picture)
    rows = ["file_x,file_y,decision"]
    rows += [f"{names[p, 0]},{names[p, 1]},Yes" for p in range(3)]
    others = [(p, o, n) for p in range(3) for o in range(p + 1, 3) for n in (0, 1)]
    rows += [f"{names[p, 0]},{names[o, n]},No" for p, o, n in others]
    path = tmp_path / "pairs.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_evaluate_reports_rates_intervals_and_time(
    evaluate: Evaluate, pairs: Path, tmp_path: Path
) -> None:
    plot = tmp_path / "det.png"
    result = evaluate(pairs, "--root", tmp_path, "--json", "--plot", plot)
    report: dict[str, Any] = json.loads(result.stdout)
    assert {
        "pairs", "threshold", "fmr", "fnmr", "eer", "fnmr_at_fmr_1pct", "fnmr_at_fmr_0_1pct",
        "failures_to_detect", "ms_per_image",
    } <= report.keys()  # fmt: skip
    assert (report["pairs"], report["compared"], report["people"]) == (9, 9, 3)
    assert (report["fmr"], report["fnmr"], report["eer"]) == (0.0, 0.0, 0.0)
    assert report["fnmr_at_fmr_1pct"] is None
    low, high = report["intervals_95"]["fmr"]
    assert low == 0 < high < 0.5
    assert report["ms_per_image"] > 0
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_evaluate_says_in_words_what_may_be_claimed(evaluate: Evaluate, pairs: Path) -> None:
    text = evaluate(pairs).stdout
    assert "3 of one person, 6 of two" in text
    assert "FNMR at FMR 1 %   too few pairs to say" in text
    assert "What can be said" in text


def test_a_picture_without_a_face_is_a_failure_to_detect(
    evaluate: Evaluate, pairs: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.jpg").write_bytes(jpeg(frame(None)))
    with pairs.open("a", encoding="utf-8") as file:
        file.write("\np0-0.jpg,empty.jpg,No\n")
    report = json.loads(evaluate(pairs, "--json", "--names").stdout)
    assert (report["pairs"], report["compared"], report["failures_to_detect"]) == (10, 9, 1)
    assert report["missed"][0].endswith("empty.jpg")
    assert report["overall"]["missed"]["errors"] == 1
    assert "missed" not in json.loads(evaluate(pairs, "--json").stdout)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "file_x, file_y, decision"),
        ("file_x,file_y,decision\n", "no pairs"),
        ("file_x,file_y,decision\np0-0.jpg,p0-1.jpg,Maybe\n", "line 2"),
        ("file_x,file_y,decision\np0-0.jpg,gone.jpg,Yes\n", "gone.jpg"),
        ("file_x,file_y,decision\np0-0.jpg\n", "line 2"),
        ("file_x,file_y,decision\npairs.csv,p0-1.jpg,Yes\n", "not a picture"),
    ],
)
def test_a_bad_list_is_told_by_its_line(
    evaluate: Evaluate, pairs: Path, text: str, said: str
) -> None:
    pairs.write_text(text, encoding="utf-8")
    result = evaluate(pairs)
    assert result.exit_code == 1
    assert said in result.stderr


GROUPS = {0: "甲组", 1: "甲组", 2: "乙组", 3: "乙组"}


@pytest.fixture
def grouped(tmp_path: Path) -> Path:
    """Four people of two groups, four pictures each, everybody against everybody, from Excel."""
    folder = tmp_path / "照片 一"
    folder.mkdir()
    pictures = []
    for person in range(4):
        for number in range(4):
            data = sample_frame(person, number) if number else sample_portrait(person)
            name = f"考生{person} {number}.jpg"
            (folder / name).write_bytes(data)
            pictures.append((name, person))
    rows = ["file_x;file_y;decision;group_x;group_y"]
    for at, (name, person) in enumerate(pictures):
        for other, owner in pictures[at + 1 :]:
            decision = "Yes" if person == owner else "No"
            rows.append(f"{name};{other};{decision};{GROUPS[person]};{GROUPS[owner]}")
    path = tmp_path / "名单.csv"
    path.write_bytes("\r\n".join(rows).encode("gbk"))
    return path


def test_rates_are_given_by_group_with_what_sharing_people_makes_of_them(
    evaluate: Evaluate, grouped: Path
) -> None:
    result = evaluate(grouped, "--root", grouped.parent / "照片 一", "--json", "--seed", 3)
    report: dict[str, Any] = json.loads(result.stdout)
    assert (report["pairs"], report["people"], report["pictures"]) == (120, 4, 16)
    assert list(report["groups"]) == ["乙组", "甲组"]
    group = report["groups"]["甲组"]
    assert (group["people"], group["pictures"], group["mated"]["pairs"]) == (2, 8, 12)
    within = group["within"]["fmr_pass"]
    assert (within["errors"], within["of"], within["independent"]) == (0, 16, 1)
    assert within["by_pairs_95"][1] < 0.25
    assert within["by_people_95"][1] == pytest.approx(0.975)
    assert (report["within"]["pairs"], report["across"]["pairs"]) == (32, 64)
    assert report["across_groups"][0]["groups"] == ["乙组", "甲组"]
    assert report["intervals"]["resamples"] == 2000
    assert report["intervals"]["seed"] == 3


def test_nothing_that_is_shared_names_a_person(
    evaluate: Evaluate, grouped: Path, tmp_path: Path
) -> None:
    arguments = (grouped, "--root", tmp_path / "照片 一", "--report", tmp_path / "report.json")
    printed = evaluate(*arguments, "--json").stdout
    shared = (tmp_path / "report.json").read_bytes()
    for text in (printed, shared.decode(), evaluate(*arguments, "--no-names").stdout):
        assert "考生" not in text
    assert "考生" in evaluate(*arguments).stdout
    assert "考生" in evaluate(*arguments, "--json", "--names").stdout
    assert json.loads(printed)["evaluation_sha256"] == hashlib.sha256(shared).hexdigest()
    assert (tmp_path / "report.json").read_bytes() == shared, "the same run gives the same bytes"


def test_the_worst_pairs_are_on_a_sheet(evaluate: Evaluate, grouped: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "最差.jpg"
    result = evaluate(
        grouped, "--root", tmp_path / "照片 一", "--json", "--worst", 3, "--sheet", sheet
    )
    worst = json.loads(result.stdout)["worst"]
    assert [pair["mated"] for pair in worst] == [False] * 3 + [True] * 3
    scores = [pair["similarity"] for pair in worst]
    assert scores[:3] == sorted(scores[:3], reverse=True)
    assert scores[3:] == sorted(scores[3:])
    line = grouped.read_text("gbk").splitlines()[worst[3]["line"] - 1]
    assert line.split(";")[2] == "Yes"
    picture = cv2.imdecode(np.fromfile(sheet, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[:2] == (2 * 262, 4 * 320)
    first = picture[22:182, :320]  # two faces, side by side
    assert first[:, :160].std() > 30
    assert first[:, 160:].std() > 30


def test_thresholds_are_proposed_into_a_file(
    evaluate: Evaluate, pairs: Path, tmp_path: Path
) -> None:
    people = [sample_portrait(person) for person in range(4)]
    people += [jpeg(side_view(person)) for person in range(2)]
    for number, data in enumerate(people):
        (tmp_path / f"q{number}.jpg").write_bytes(data)
    each = range(len(people))
    rows = [f"q{one}.jpg,q{other}.jpg,No" for one in each for other in range(one)]
    rows += ["p0-0.jpg,p0-1.jpg,Yes", "p1-0.jpg,p1-1.jpg,Yes"]
    pairs.write_text("\n".join(["file_x,file_y,decision", *rows]), encoding="utf-8")
    bands, report = tmp_path / "bands.toml", tmp_path / "report.json"
    result = evaluate(pairs, "--calibrate", "--write", bands, "--report", report)
    assert result.exit_code == 0, result.stderr
    text = bands.read_text(encoding="utf-8")
    assert text in result.stdout
    read = tomllib.loads(text)
    assert read["bands"]["staff_at"] < read["bands"]["pass_at"] < read["bands"]["look_alike_at"]
    record = read["calibration"]
    assert record["evaluation_sha256"] == hashlib.sha256(report.read_bytes()).hexdigest()
    assert (record["pack"], record["mated"], record["fmr_pass"]["of"]) == ("dlib", 2, 15)
    assert "the hardest group is not known" in result.stdout
    adopted = [f"--{name}-at={read['bands'][name + '_at']}" for name in ("pass", "staff")]
    again = evaluate(pairs, *adopted, "--json")
    assert json.loads(again.stdout)["evaluation_sha256"] == record["evaluation_sha256"]
    chosen = evaluate(pairs, "--calibrate", "--pass-at", "0.55", "--write", bands)
    assert chosen.exit_code == 0, chosen.stderr
    read = tomllib.loads(bands.read_text(encoding="utf-8"))
    assert (read["bands"]["pass_at"], read["calibration"]["chosen"]) == (0.55, ["pass_at"])
    reversed_ = evaluate(pairs, "--calibrate", "--pass-at", "0.5", "--staff-at", "0.6")
    assert "not in ascending order" in reversed_.stderr


def test_worse_pictures_match_worse(evaluate: Evaluate, pairs: Path) -> None:
    result = evaluate(pairs, "--json", "--degrade", "blur", "--degrade", "small")
    steps = json.loads(result.stdout)["degradations"]
    assert [step["degradation"] for step in steps] == ["none", *["blur"] * 6, *["small"] * 6]
    blur = steps[:7]
    assert blur[0]["fnmr_pass"]["errors"] == 0
    assert blur[0]["similarity"] > blur[3]["similarity"] + 0.01
    sharpness = [step["sharpness"] for step in blur if step["sharpness"] is not None]
    assert sharpness == sorted(sharpness, reverse=True)
    assert all(step["pictures"] == 3 for step in steps)
    text = evaluate(pairs, "--degrade", "blur").stdout
    assert "blur (sigma, pixels)" in text


def test_packs_are_compared_side_by_side(evaluate: Evaluate, pairs: Path) -> None:
    report = json.loads(evaluate(pairs, "--json").stdout)
    other = {**report, "pack": "better", "threshold": 0.5}
    table = comparison([report, other]).splitlines()
    assert "dlib at 0.45" in table[1]
    assert "better at 0.5" in table[1]
    assert any(line.startswith("refused, all") and line.count("0 of 3") == 2 for line in table)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--pack", "opencv-zoo"), "kiosk models build opencv-zoo"),
        (("--pack", "nonesuch"), "no pack named nonesuch"),
        (("--pass-at", "0.3", "--staff-at", "0.4"), "must be below"),
        (("--pass-at", "0.3", "--pack", "opencv-zoo"), "Give one --pack"),
        (("--look-alike-at", "0.5"), "--look-alike-at needs --calibrate"),
        (("--write", "bands.toml"), "--write needs --calibrate"),
        (("--sheet", "sheet.png"), "ends in .jpg"),
        (("--plot", "nowhere/det.png"), "Make it first"),
        (("--plot", "det.docx"), "det.docx"),
        (("--calibrate",), "Add pairs"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    evaluate: Evaluate, pairs: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = evaluate(pairs, *arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_detect_counts_pictures_with_a_face(dlib_weights: Path, tmp_path: Path) -> None:
    folder = tmp_path / "口罩"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(sample_frame(0))
    (folder / "空.png").write_bytes(cv2.imencode(".png", frame(None))[1].tobytes())
    (folder / "note.txt").write_text("not a picture")
    command = ["models", "detect", str(folder), "--pack", "dlib", "--weights", str(dlib_weights)]
    found = json.loads(CliRunner().invoke(main, [*command, "--json"]).stdout)["folders"][0]
    assert (found["pictures"], found["quick"]["found"], found["thorough"]["found"]) == (2, 1, 1)
    assert "missed" not in found
    text = CliRunner().invoke(main, command).stdout
    assert "空.png" in text
    (folder / "bad.jpg").write_bytes(b"no picture")
    refused = CliRunner().invoke(main, command)
    assert refused.exit_code == 1
    assert "bad.jpg is not a picture" in refused.stderr
    (tmp_path / "empty").mkdir()
    empty = CliRunner().invoke(main, [*command[:2], str(tmp_path / "empty"), *command[3:]])
    assert "no pictures" in empty.stderr
