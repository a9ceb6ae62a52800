// The sentence that states what is seen: method, parameters, points, and how much of the truth it keeps.

import { formatCount, formatShare } from "../source/column";
import type { TimelineMessage } from "../schema/messages";
import type { FidelityResult } from "../source/source";
import type { EmbeddingView } from "../state/embedding.svelte";
import { describe, METHOD_NAMES } from "../state/methods";
import { preparedSaid, type Preparing } from "../state/preparation";
import { unplaced } from "../state/placement";
import type { Run } from "../state/run.svelte";

/** What is seen, without how far it can be believed. */
export function statement(view: EmbeddingView): string {
  const { layout, outline } = view;
  if (!outline.n) return "Nothing to draw";
  if (layout.run?.request.joint && view.step !== null)
    return `${ran(view, layout.run)}, step ${formatCount(view.step)}${later(view.step, layout.timeline)}`;
  if (layout.run) return ran(view, layout.run);
  if (layout.method === "directions") return directed(view);
  if (layout.timeline) return stepped(view, layout.timeline);
  if (layout.method === "pca") return principal(view);
  const { name, description } = layout.choice ?? { name: "", description: "" };
  return `${(description || name).replace(/\.$/, "")}, ${points(view)}`;
}

/** How a step that was recorded after the layout came into it. */
function later(step: number, timeline: TimelineMessage | null): string {
  if (!timeline || step <= (timeline.laid_out ?? step)) return "";
  const newest = timeline.newest ?? step;
  if (step > newest) return `, which is not in it: step ${formatCount(newest)} is shown`;
  return `, placed among the steps up to ${formatCount(timeline.laid_out ?? step)}, which did not move`;
}

/** How much of each point's neighbourhood the picture keeps, in a few words. */
export function believed({ k, neighbor_preservation, chance }: FidelityResult): string {
  const kept = formatShare(neighbor_preservation);
  return `keeps ${kept} of each point's ${k} nearest (chance ${formatShare(chance)})`;
}

/** A run's method and what tells it from others. */
export function runName({ request }: Run): string {
  const metric = request.metric && request.metric !== "euclidean" ? [request.metric] : [];
  return [METHOD_NAMES[request.method ?? "pca"], ...describe(request), ...metric].join(", ");
}

/** How a run stands, in words. */
export function course(run: Run): string {
  const at = run.maxIter ? `iteration ${formatCount(run.iteration)} of ${formatCount(run.maxIter)}` : "the start";
  if (run.state === "waiting") return "Waiting for its turn";
  if (run.moves) return run.text || "Beginning";
  if (run.state === "paused") return `Paused at ${at}`;
  if (run.state === "cancelled") return `Stopped at ${at}`;
  if (run.failed) return "It failed";
  return `${formatCount(run.iteration)} iterations${run.seconds ? ` in ${formatSeconds(run.seconds)}` : ""}`;
}

/** Points of a run, said in full where they are not all. */
export function runPoints(run: Run, n: number): string {
  return run.subset ? `${formatCount(run.m)} of ${formatCount(n)} points` : `${formatCount(n)} points`;
}

export function formatSeconds(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${formatCount(Math.round(seconds))} s`;
}

function ran(view: EmbeddingView, run: Run): string {
  const { request } = run;
  const before = run.finished || run.moves ? [] : [`at iteration ${formatCount(run.iteration)}`];
  const step = run.step === null ? "" : `step ${formatCount(run.step)}`;
  const said = [METHOD_NAMES[request.method ?? "pca"], ...describe(request), points(view), request.metric ?? "", step];
  return [...said.filter(Boolean), ...before].join(", ");
}

/** One step of many in one frame. */
function stepped(view: EmbeddingView, timeline: TimelineMessage): string {
  const { method, variance_ratio, reference } = timeline;
  const step = `step ${formatCount(view.step ?? reference ?? 0)}`;
  if (method === "axes") return `The vectors themselves at ${step}, ${points(view)}`;
  const { axes, dimensions } = view.layout;
  const shown = axes.slice(0, dimensions).filter((k) => k < variance_ratio.length);
  const kept = formatShare(shown.reduce((sum, k) => sum + (variance_ratio[k] ?? 0), 0));
  const named = shown.map((k) => k + 1).join(" × ");
  return `PCA at ${step}, components ${named} of step ${formatCount(reference ?? 0)} (${kept} of its variance), ${points(view)}${prepared(timeline)}`;
}

function principal(view: EmbeddingView): string {
  const { layout } = view;
  const ratios = layout.projection?.variance_ratio ?? [];
  const axes = layout.axes.slice(0, layout.dimensions).filter((k) => k < ratios.length);
  const kept = axes.reduce((sum, k) => sum + (ratios[k] ?? 0), 0);
  const named = axes.map((k) => k + 1).join(" × ");
  const parts = `${axes.length === 1 ? "component" : "components"} ${named}`;
  return `PCA, ${parts} (${formatShare(kept)} of the variance), ${points(view)}${prepared(layout.projection?.request)}`;
}

/** Along axes of one's own. */
function directed(view: EmbeddingView): string {
  const { timeline, projection, stood } = view.layout;
  // Until they are found, or where they lead nowhere, what was there before is still seen.
  if (!stood) return projection?.request.method === "pca" ? principal(view) : "Axes, not placed yet";
  const said = (timeline ?? projection)?.sentence.split(", of ")[0] ?? "Axes";
  const step = timeline ? `, step ${formatCount(view.step ?? 0)}` : "";
  return `${said}${step}, ${points(view)}${prepared(timeline ?? projection?.request)}`;
}

/** What was done to the vectors before. */
function prepared(request: Partial<Preparing> | undefined): string {
  const said = request ? preparedSaid(request) : "";
  return said && `, ${said}`;
}

function points({ outline, isolation, layout }: EmbeddingView): string {
  const n = isolation.rows?.length ?? outline.n;
  const all = isolation.rows
    ? `${formatCount(n)} of ${formatCount(outline.n)} points`
    : `${formatCount(n)} ${n === 1 ? "point" : "points"}`;
  const { placement, projection } = layout;
  const lost = projection ? projection.unplaced : placement ? unplaced(placement.positions, isolation.rows) : 0;
  return lost ? `${all} (${formatCount(lost)} without a place: NaN or infinity)` : all;
}
