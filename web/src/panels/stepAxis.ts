// Where the steps of a training lie side by side: snapshots evenly apart, whatever lies between them at its share of
// the way. What lies before the first and behind the last goes on in the measure of the gap beside it, and takes no more
// room than one gap. `src/vectarium/explore/curves.py` is the same axis.

export class StepAxis {
  private readonly before: number;
  private readonly after: number;
  private readonly lead: number;
  private readonly whole: number;

  /** The steps of the snapshots, ascending; the first and the last step that is drawn at all. */
  constructor(
    private readonly steps: number[],
    first: number = steps[0] ?? 0,
    last: number = steps.at(-1) ?? first,
  ) {
    const [low, high] = [steps[0] ?? first, steps.at(-1) ?? first];
    this.before = Math.max(low - first, steps.length > 1 ? steps[1]! - low : 1);
    this.after = Math.max(last - high, steps.length > 1 ? high - steps.at(-2)! : 1);
    this.lead = Math.max(low - first, 0) / this.before;
    this.whole = this.lead + Math.max(steps.length - 1, 0) + Math.max(last - high, 0) / this.after || 1;
  }

  /** Where a step lies, from 0 to 1. */
  share(step: number): number {
    return (this.lead + this.place(step)) / this.whole;
  }

  /** Which snapshot lies there: its number, with a fraction between two of them. */
  position(share: number): number {
    return share * this.whole - this.lead;
  }

  private place(step: number): number {
    const { steps } = this;
    const end = steps.length - 1;
    if (end < 0) return 0;
    if (step <= steps[0]!) return (step - steps[0]!) / this.before;
    if (step >= steps[end]!) return end + (step - steps[end]!) / this.after;
    let [low, high] = [0, end];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (steps[middle]! <= step) low = middle;
      else high = middle;
    }
    return low + (step - steps[low]!) / (steps[high]! - steps[low]!);
  }
}
