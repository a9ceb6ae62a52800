"""What a classifier gets right and what it confuses, against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from vectarium.data import Collection, Column, Columns, Embedding, Run, RunWriter
from vectarium.errors import ParameterError
from vectarium.explore.reports import scores
from vectarium.explore.verdicts import compare

N = 500


def category(name: str, codes: object, classes: object) -> Column:
    return Column(name, "category", np.asarray(codes, np.int32), tuple(classes))


def integers(name: str, values: object) -> Column:
    return Column(name, "integer", np.asarray(values))


def random_codes(classes: int, seed: int, n: int = N) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, classes, n)


@pytest.mark.parametrize("classes", [2, 10, 100])
@pytest.mark.parametrize("never", [None, 1])
def test_the_numbers_are_those_of_scikit_learn(classes, never):
    metrics = pytest.importorskip("sklearn.metrics")
    right, told = random_codes(classes, 0), random_codes(classes, 1)
    told[: N // 2] = right[: N // 2]
    told[told == never] = 0  # a class that is never predicted
    found = scores(compare(integers("y", right), integers("p", told)).confusion())
    wanted = metrics.classification_report(right, told, output_dict=True, zero_division=0)
    mine = np.nan_to_num([found.precision, found.recall, found.f1, found.support])
    theirs = [[wanted[str(c)][key] for c in range(classes)] for key in ("precision", "recall", "f1-score", "support")]
    np.testing.assert_allclose(mine, theirs, atol=1e-12)
    assert found.accuracy == pytest.approx(wanted["accuracy"])
    for average, key in ((found.macro, "macro avg"), (found.weighted, "weighted avg")):
        assert average.precision == pytest.approx(wanted[key]["precision"])
        assert average.recall == pytest.approx(wanted[key]["recall"])
        assert average.f1 == pytest.approx(wanted[key]["f1-score"])


def test_a_share_of_nothing_has_no_value():
    found = scores(compare(category("y", [0, 1, 1], "abcd"), category("p", [0, 0, 2], "abcd")).confusion())
    np.testing.assert_array_equal(np.isnan(found.precision), [False, True, False, True])
    np.testing.assert_array_equal(np.isnan(found.recall), [False, False, True, True])
    np.testing.assert_allclose(found.f1, [2 / 3, 0, 0, np.nan])


def test_points_without_a_label_or_a_prediction_are_left_out():
    verdicts = compare(category("y", [0, -1, 1, 1], "ab"), category("p", [0, 1, -1, 0], "ab"))
    assert verdicts.judged.tolist() == [True, False, False, True]
    np.testing.assert_array_equal(verdicts.confusion(), [[1, 0], [1, 0]])
    assert verdicts.rows(1, None).tolist() == [3]
    assert verdicts.rows(None, 0).tolist() == [0, 3]
    assert verdicts.rows(None, None, wrong=True).tolist() == [3]


def test_nothing_that_can_be_judged_gives_no_numbers():
    found = scores(compare(category("y", [-1, -1], "ab"), category("p", [0, 1], "ab")).confusion())
    assert np.isnan(found.accuracy)
    assert found.macro.f1 is found.weighted.precision is None


def test_the_probability_of_the_second_class_is_a_prediction():
    sigmoid = Column("prediction", "number", np.array([0.2, 0.5, 0.51, np.nan]))
    for label in (integers("y", [0, 0, 1, 1]), Column("y", "boolean", np.array([0, 0, 1, 1], bool))):
        verdicts = compare(label, sigmoid)
        assert verdicts.predictions.tolist() == [0, 0, 1, -1]
    assert verdicts.said == "prediction > 0.5 counts as true"
    assert compare(integers("y", [1, 1, 1, 1]), sigmoid).classes == ("0", "1")


def test_an_empty_text_names_no_class_and_the_second_class_is_the_one_that_sorts_second():
    sigmoid = Column("p", "number", np.array([0.9, 0.9, 0.1, 0.9]))
    verdicts = compare(category("y", [0, 1, 2, 1], ["positive", " ", "negative"]), sigmoid)
    assert verdicts.said == "p > 0.5 counts as positive"
    assert verdicts.judged.tolist() == [True, False, True, False]
    assert verdicts.confusion().trace() == 2


@pytest.mark.parametrize("values", [[0.2, 3.7], [-0.5, 0.5]])
def test_other_numbers_are_refused(values):
    with pytest.raises(ParameterError, match="predicted class for each point"):
        compare(integers("y", [0, 1]), Column("p", "number", np.array(values)))
    with pytest.raises(ParameterError, match="'y' holds numbers, no classes"):
        compare(Column("y", "number", np.array(values)), integers("p", [0, 1]))


def test_classes_are_the_same_however_they_are_written():
    right = integers("y", [0, 1, 2, 10])
    for told in (
        category("p", [2, 3, 1, 0], ["10", "2", "0", "1"]),
        Column("p", "text", np.array(["0", "1", "2", "10"], object)),
        Column("p", "number", np.array([0.0, 1.0, 2.0, 10.0])),
    ):
        verdicts = compare(right, told)
        assert verdicts.classes == ("0", "1", "2", "10")
        assert verdicts.confusion().trace() == 4
    truth = Column("p", "boolean", np.array([False, True]))
    assert compare(integers("y", [0, 1]), truth).confusion().trace() == 2


def test_labels_that_count_the_models_classes_are_understood():
    verdicts = compare(integers("y", [0, 1, 2]), category("p", [0, 1, 1], ["cat", "dog", "bird"]))
    assert (verdicts.classes, verdicts.said) == (("cat", "dog", "bird"), "y counts the classes from 0")
    assert verdicts.confusion().trace() == 2


def test_the_model_says_the_order_of_the_classes():
    right, told = category("y", [0, 1], ["a", "b"]), category("p", [0, 1], ["b", "a"])
    assert compare(right, told, ["c", "b", "a"]).classes == ("c", "b", "a")
    assert compare(right, told, ["x"]).classes == ("a", "b")


def test_too_many_classes_are_refused():
    with pytest.raises(ParameterError, match="1,001 classes; a report is made of up to 1,000"):
        compare(integers("y", np.arange(1001)), integers("p", np.zeros(1001, int)))


@pytest.fixture
def writer(tmp_path):
    rng = np.random.default_rng(0)
    with RunWriter(tmp_path / "run") as made:
        label = category("label", np.arange(60) % 3, ["cat", "dog", "bird"])
        made.add_probe({"x": np.zeros((60, 1))}, classes=["cat", "dog", "bird"])
        made.add_embedding("dense", "activations", n=60, d=4, columns=Columns([label]))
        for step in range(5):
            write(made, step, rng)
        yield made


def write(writer: RunWriter, step: int, rng: np.random.Generator) -> None:
    told = np.where(np.arange(60) < 12 * step, np.arange(60) % 3, 0)
    columns = {"dense": Columns([category("prediction", told, ["cat", "dog", "bird"])])}
    writer.write(step, {"dense": rng.standard_normal((60, 4))}, columns=columns)


ASKED = {"label": "label", "prediction": "prediction"}


def test_a_report_is_of_the_step_that_is_asked_for(writer, explore):
    page = explore(Run(writer.path).collection())
    first = page.ask("/api/embeddings/0/report?step=0", ASKED)
    assert first.message["classes"] == ["cat", "dog", "bird"]
    assert (first.message["right"], first.message["used"]) == (20, 60)
    assert np.isnan(first.arrays["precision"][1:]).all()
    cells = zip(*(first.arrays[name].tolist() for name in ("rows", "columns", "counts")), strict=True)
    assert list(cells) == [(0, 0, 20), (1, 0, 20), (2, 0, 20)]
    assert page.ask("/api/embeddings/0/report", ASKED).message["accuracy"] == pytest.approx(52 / 60)
    points = page.ask("/api/embeddings/0/report/points?step=0", {**ASKED, "true": 2, "predicted": 0})
    assert points.arrays["rows"].tolist() == list(range(2, 60, 3))


def test_the_scores_of_all_steps_are_those_of_each(writer, explore):
    page = explore(Run(writer.path).collection())
    job = page.send("/api/embeddings/0/scores", ASKED).message["job"]
    page.finished(job)
    found = page.ask(f"/api/scores/{job}")
    assert (found.message["steps"], found.message["measured"]) == ([0, 1, 2, 3, 4], 5)
    np.testing.assert_allclose(found.arrays["accuracy"], [20 / 60, 28 / 60, 36 / 60, 44 / 60, 52 / 60])
    one = page.ask("/api/embeddings/0/report?step=3", ASKED)
    np.testing.assert_allclose(found.arrays["f1"].reshape(5, 3)[3], one.arrays["f1"], rtol=1e-6)
    assert found.arrays["macro_f1"][3] == pytest.approx(one.message["macro"]["f1"])


def test_a_run_that_grew_has_only_its_new_steps_measured(writer, explore):
    page = explore(Run(writer.path).collection())
    first = page.send("/api/embeddings/0/scores", ASKED).message["job"]
    page.finished(first)
    write(writer, 5, np.random.default_rng(1))
    page.explorer.session.recordings.look()
    second = page.send("/api/embeddings/0/scores", ASKED).message["job"]
    assert first != second
    page.finished(second)
    assert page.ask(f"/api/scores/{second}").arrays["accuracy"][-1] == 1


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"label": "nothing", "prediction": "tag"}, 404, "nothing"),
        ({"label": "tag"}, 400, "prediction"),
        ({"label": "when", "prediction": "tag"}, 400, "holds times, no classes"),
    ],
)
def test_what_cannot_be_reported_is_refused(page, asked, status, said):
    answer = page.ask("/api/embeddings/0/report", asked)
    assert answer.status == status
    assert said in answer.message["error"]


def test_a_class_that_is_not_there_has_no_points(page):
    answer = page.ask("/api/embeddings/0/report/points", {"label": "tag", "prediction": "tag", "true": 2})
    assert (answer.status, answer.message["error"]) == (400, "There is no class 2; there are 2, counted from 0.")


def test_files_without_steps_have_a_report(explore):
    columns = Columns([integers("target", [0, 1, 1]), integers("predicted", [0, 1, 0])])
    page = explore(Collection("file", [Embedding("file", np.eye(3), columns)]))
    found = page.ask("/api/embeddings/0/report", {"label": "target", "prediction": "predicted"})
    assert found.message["accuracy"] == pytest.approx(2 / 3)
    refused = page.send("/api/embeddings/0/scores", {"label": "target", "prediction": "predicted"})
    assert "was not recorded over steps" in refused.message["error"]
