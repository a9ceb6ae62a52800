// A text to begin with, of words that the vocabulary knows.

import type { ColumnData } from "../source/column";
import { tokenize } from "./tokenizing";
import type { Vocabulary } from "./vocabulary";

const SENTENCES = [
  "it was a wonderful film with a dull ending",
  "the cat sees a dog",
  "the film was not as good as the book",
  "the king spoke to the queen about the war",
  "this is not a text",
];
const FEW = 5;

/** The first sentence of which all words are known, else the one with most, else some tokens of the vocabulary. */
export function exampleText(column: ColumnData, vocabulary: Vocabulary): string {
  let [best, most] = ["", 0.5];
  for (const sentence of SENTENCES) {
    const { tokens } = tokenize(sentence, vocabulary);
    const share = tokens.filter(({ row }) => row >= 0).length / (tokens.length || 1);
    if (share > most) [best, most] = [sentence, share];
  }
  return best || someWords(column);
}

function someWords(column: ColumnData): string {
  const words: string[] = [];
  for (let row = 0; row < column.n && row < 1000 && words.length < FEW; row++) {
    const word = column.text(row) ?? "";
    if (/^[\p{L}\p{M}]+$/u.test(word)) words.push(word);
  }
  return words.join(" ");
}
