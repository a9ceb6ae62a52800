// From a text to tokens, as the vocabulary suggests that it was done; an approximation wherever the vocabulary does
// not say everything. What is not in the vocabulary stays, with the row -1; lone punctuation is left out, as most
// readers of texts do.

import type { Cut, Style, Vocabulary } from "./vocabulary";

export interface Token {
  text: string;
  /** The point that holds it, -1 where none does. */
  row: number;
}

export interface Tokens {
  tokens: Token[];
  /** How many signs of punctuation were left out. */
  dropped: number;
  /** How many characters were not read, because there are too many. */
  unread: number;
}

export const MOST_CHARACTERS = 10_000;
const LONGEST_WORD = 100;

const EMOJI =
  "\\p{Regional_Indicator}{2}|\\p{Extended_Pictographic}(?:\\p{EMod}|\\uFE0F|\\u200D\\p{Extended_Pictographic})*";
const PIECES = new RegExp(`[\\p{L}\\p{M}\\p{N}_'’]+|${EMOJI}|\\S`, "gu");
const PUNCTUATION = /^(?!\p{Extended_Pictographic}|\p{Regional_Indicator})[\p{P}\p{S}]+$/u;
// A word with a sign inside, such as new-york, between the signs around it.
const INNER = /^([\p{P}\p{S}]*)(.+?)([\p{P}\p{S}]*)$/su;
// BERT's basic tokenizer: every sign and every ideograph alone.
const BASIC = new RegExp(
  `[\\p{Script=Han}]|(?:(?!\\p{Script=Han})[\\p{L}\\p{M}\\p{N}\\u200D\\uFE0F])+|${EMOJI}|\\S`,
  "gu",
);

/** How each kind of vocabulary was read, in words. */
export const CUT_SAID: Record<Cut, string> = {
  words: "split at spaces and punctuation",
  characters: "one token a character",
  wordpieces: "split into the longest pieces of words that the vocabulary has",
  sentencepieces: "split into the longest pieces that the vocabulary has, ▁ for a space",
  bytes: "split into the longest runs of bytes that the vocabulary has, Ġ for a space",
};

/** The tokens of a text. */
export function tokenize(text: string, vocabulary: Vocabulary): Tokens {
  const { style } = vocabulary;
  const read = text.length > MOST_CHARACTERS ? wholeStart(text, MOST_CHARACTERS) : text;
  const plain = style.lower ? read.normalize("NFC").toLowerCase() : read.normalize("NFC");
  const unread = text.length - read.length;
  if (style.cut === "words") return { ...words(plain, vocabulary), unread };
  const made = { characters, wordpieces, sentencepieces, bytes }[style.cut](plain, vocabulary, style);
  return { tokens: made, dropped: 0, unread };
}

/** The start of a text that does not end between the halves of a character. */
function wholeStart(text: string, length: number): string {
  const code = text.charCodeAt(length - 1);
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? length - 1 : length);
}

function words(text: string, vocabulary: Vocabulary): { tokens: Token[]; dropped: number } {
  const tokens: Token[] = [];
  let dropped = 0;
  for (const chunk of text.split(/\s+/u)) {
    if (!chunk) continue;
    for (const piece of piecesOf(chunk, vocabulary)) {
      const found = ofWord(piece, vocabulary);
      tokens.push(...found);
      if (!found.length) dropped++;
    }
  }
  return { tokens, dropped };
}

/** What stands between two spaces: whole where it is a token, else without the signs around it, else cut at all signs. */
function piecesOf(chunk: string, vocabulary: Vocabulary): string[] {
  if (known(chunk, vocabulary)) return [chunk];
  const [, before = "", inner = "", after = ""] = (chunk.length <= LONGEST_WORD && INNER.exec(chunk)) || [];
  if (inner && known(inner, vocabulary)) return [...signs(before), inner, ...signs(after)];
  return signs(chunk);
}

function signs(text: string): string[] {
  return text.match(PIECES) ?? [];
}

/** One piece between spaces and signs: whole, without its apostrophes, cut at them, or unknown; a sign may be nothing. */
function ofWord(piece: string, vocabulary: Vocabulary): Token[] {
  const whole = known(piece, vocabulary);
  if (whole) return [whole];
  if (PUNCTUATION.test(piece)) return [];
  const bare = piece.replace(/['’_]/gu, "");
  const joined = bare !== piece && known(bare, vocabulary);
  if (joined) return [joined];
  const parts = piece.match(/['’]?[^'’]+/gu) ?? [piece];
  const cut = parts.map((part) => known(part, vocabulary) ?? known(part.replace(/^['’]/u, ""), vocabulary));
  return parts.length > 1 && cut.every((token) => token !== null) ? cut : [{ text: piece, row: -1 }];
}

/** The token as it is typed; else in small letters, as a vocabulary with capitals has most words. */
function known(text: string, vocabulary: Vocabulary): Token | null {
  for (const each of text === text.toLowerCase() ? [text] : [text, text.toLowerCase()]) {
    const row = vocabulary.find(each);
    if (row >= 0) return { text: each, row };
  }
  return null;
}

function characters(text: string, vocabulary: Vocabulary): Token[] {
  return [...text].map((each) => ({ text: each, row: vocabulary.find(each) }));
}

function wordpieces(text: string, vocabulary: Vocabulary, { lower, longest }: Style): Token[] {
  const plain = lower ? text.normalize("NFD").replace(/\p{M}/gu, "") : text;
  return (plain.match(BASIC) ?? []).flatMap((word) => {
    const pieces: Token[] = [];
    for (let at = 0; at < word.length;) {
      const piece = longestAt(word, at, at ? "##" : "", vocabulary, longest);
      if (!piece) return [{ text: word, row: -1 }];
      pieces.push(piece.token);
      at = piece.end;
    }
    return pieces;
  });
}

function sentencepieces(text: string, vocabulary: Vocabulary, { longest }: Style): Token[] {
  const trimmed = text.trim();
  return trimmed ? greedy(`▁${trimmed.replace(/\s+/gu, "▁")}`, vocabulary, longest) : [];
}

function bytes(text: string, vocabulary: Vocabulary, { longest }: Style): Token[] {
  return greedy(byteLetters(text.trim()), vocabulary, longest);
}

/** The longest token at each place; characters in a row that are in no token are one unknown token. */
function greedy(text: string, vocabulary: Vocabulary, longest: number): Token[] {
  const tokens: Token[] = [];
  let unknown = "";
  const flush = () => {
    if (unknown) tokens.push({ text: unknown, row: -1 });
    unknown = "";
  };
  for (let at = 0; at < text.length;) {
    const piece = longestAt(text, at, "", vocabulary, longest);
    if (piece) {
      flush();
      tokens.push(piece.token);
      at = piece.end;
    } else {
      const character = String.fromCodePoint(text.codePointAt(at)!);
      unknown += character;
      at += character.length;
    }
  }
  flush();
  return tokens;
}

function longestAt(text: string, at: number, before: string, vocabulary: Vocabulary, longest: number) {
  for (let end = Math.min(text.length, at + longest); end > at; end--) {
    const token = before + text.slice(at, end);
    const row = vocabulary.find(token);
    if (row >= 0) return { token: { text: token, row }, end };
  }
  return null;
}

let letters: string[] | null = null;

/** Bytes in UTF-8 as the letters that GPT-2's vocabulary writes for them: printable ones as they are, others from Ā on. */
function byteLetters(text: string): string {
  letters ??= Array.from({ length: 256 }, (_, byte) => byte).reduce<string[]>((out, byte) => {
    const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    const others = out.filter((letter) => letter.charCodeAt(0) >= 256).length;
    return [...out, String.fromCharCode(printable ? byte : 256 + others)];
  }, []);
  return Array.from(new TextEncoder().encode(text), (byte) => letters![byte]!).join("");
}
