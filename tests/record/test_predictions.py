"""From a model's outputs to columns."""

import numpy as np
import pytest

from vectarium.errors import ParameterError
from vectarium.record.labels import Labels
from vectarium.record.predictions import Judge, token_scores

LOGITS = np.array([[2.0, 0, -1], [0, 3, 0], [1, 1, 4]])
SOFTMAX = np.exp(LOGITS) / np.exp(LOGITS).sum(1, keepdims=True)
RIGHT = Labels(np.array([0, 2, -1]), ("a", "b", "c"))


def judged(outputs, labels=RIGHT, classes=("a", "b", "c"), scores="auto"):
    made = Judge(scores).judge(outputs, labels, classes)
    return made, {column.name: list(column) for column in made.columns}


@pytest.mark.parametrize("outputs", [LOGITS, SOFTMAX])
def test_logits_and_probabilities_give_the_same(outputs):
    made, columns = judged(outputs)
    np.testing.assert_allclose(made.probabilities, SOFTMAX, rtol=1e-5)
    assert columns["prediction"] == ["a", "b", "c"]
    assert columns["correct"] == [True, False, None]
    np.testing.assert_allclose(columns["loss"][:2], -np.log(SOFTMAX[[0, 1], [0, 2]]), rtol=1e-5)
    assert columns["loss"][2] is None
    np.testing.assert_allclose(columns["p(b)"], SOFTMAX[:, 1], rtol=1e-5)


@pytest.mark.parametrize(("outputs", "scores"), [([[0.2], [0.9]], "auto"), ([[-1.386294], [2.197225]], "auto")])
def test_one_output_tells_two_classes(outputs, scores):
    made, columns = judged(np.array(outputs), Labels(np.array([0, 1]), ("no", "yes")), ("no", "yes"), scores)
    np.testing.assert_allclose(made.probabilities, [[0.8, 0.2], [0.1, 0.9]], atol=1e-6)
    assert columns["prediction"] == ["no", "yes"]


def test_what_was_seen_to_be_logits_stays_so():
    judge = Judge()
    judge.judge(np.array([[-1.0], [2]]), None, ())
    assert judge.judge(np.array([[0.5], [0.5]]), None, ()).probabilities[0, 1] == pytest.approx(0.6224593)


def test_classes_without_names_are_numbers():
    assert judged(LOGITS, None, ())[1]["prediction"] == ["0", "1", "2"]


def test_nan_is_no_prediction():
    outputs = LOGITS.copy()
    outputs[1, 1] = np.nan
    _, columns = judged(outputs)
    assert columns["prediction"] == ["a", None, "c"]
    assert columns["correct"] == [True, None, None]


def test_labels_in_an_unknown_order_are_not_compared():
    assert "correct" not in judged(LOGITS, Labels(RIGHT.values, RIGHT.classes, ordered=False))[1]


def test_classes_before_the_time_are_turned():
    labels = Labels(np.zeros((2, 5), np.int64), ("a",))
    assert token_scores(np.zeros((2, 3, 5)), labels, None).shape == (2, 5, 3)
    assert token_scores(np.zeros((2, 5, 3)), labels, None).shape == (2, 5, 3)
    assert token_scores(np.zeros((2, 3)), labels, None) is None


def test_unknown_scores_are_refused():
    with pytest.raises(ParameterError, match="scores is 'odds'"):
        Judge("odds")
