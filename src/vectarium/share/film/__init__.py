"""The film of a training: painted by the program itself, without a browser, in the looks of the page.

A :class:`Reel` gives the points at every step; a :class:`Painter` paints one moment after another on a canvas in
memory; encoders write them. What decides on the looks stands in files named as the page's own, number for
number: palettes, sizes of discs, labels, the camera.
"""

from vectarium.share.film.film import SUFFIXES, check_suffix, letters_missing, make_film
from vectarium.share.film.options import FilmOptions
from vectarium.share.film.pace import Moment
from vectarium.share.film.picture import Painter
from vectarium.share.film.reel import Ground, Reel

__all__ = [
    "SUFFIXES",
    "FilmOptions",
    "Ground",
    "Moment",
    "Painter",
    "Reel",
    "check_suffix",
    "letters_missing",
    "make_film",
]
