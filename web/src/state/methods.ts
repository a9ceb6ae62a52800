// The methods that make a picture: their parameters under the field's own names, with one plain sentence each,
// and what may be read from the picture.

import type { Method, ProjectRequest } from "../schema/messages";
import { formatNumber } from "../source/column";
import { preparedSaid, preparingOf, RAW } from "./preparation";

/** The parameters of one run, complete. */
export type Settings = Required<ProjectRequest> & { method: Computed; n_components: 2 | 3 };

/** The methods that compute for a while. */
export type Computed = Exclude<Method, "pca" | "directions">;

type NumberName = {
  [Name in keyof Settings]: Settings[Name] extends number ? (number extends Settings[Name] ? Name : never) : never;
}[keyof Settings];
type ChoiceName = "affinity" | "metric";

interface Described {
  says: string;
  /** Folded away at first. */
  advanced?: boolean;
  /** Whether the parameter has a meaning beside the others. */
  applies?: (settings: Settings) => boolean;
}

export interface NumberParameter extends Described {
  name: NumberName;
  minimum: number;
  maximum: number;
  step: number;
  /** The slider moves in equal ratios. */
  ratios?: boolean;
  /** No slider: any number in a field. */
  field?: boolean;
  /** What 0 stands for. */
  zero?: string;
  /** The name that the method itself has for it. */
  called?: string;
}

export interface ChoiceParameter extends Described {
  name: ChoiceName;
  choices: Record<string, string>;
}

export type Parameter = NumberParameter | ChoiceParameter;

export const METHOD_NAMES: Record<Method, string> = {
  pca: "PCA",
  tsne: "t-SNE",
  umap: "UMAP",
  directions: "Axes",
};

/** What a person may conclude from the picture, and what not. */
export const MEANING: Record<Method | "given", string> = {
  pca: "A flat shadow of the data: what lies far apart here is far apart indeed, what lies together need not be near.",
  tsne:
    "Who is near whom can be trusted as far as the fidelity says; the distances between clusters and their sizes " +
    "mean nothing.",
  umap:
    "Who is near whom can be trusted as far as the fidelity says; the distances between clusters say little, their " +
    "sizes and densities nothing.",
  directions:
    "A flat shadow along axes of your own: a point lies as far towards an end as its vector does. What lies together " +
    "need not be near.",
  given: "It came with the data; its fidelity says how far its neighbourhoods can be trusted.",
};

const METRIC: ChoiceParameter = {
  name: "metric",
  says: "How far apart two vectors are: cosine compares their directions alone, as is usual for words",
  choices: {
    euclidean: "The straight distance between two vectors",
    cosine: "The angle between two vectors, whatever their lengths",
    correlation: "The angle after each vector's mean is taken away",
  },
};

const SEED: NumberParameter = {
  name: "random_state",
  says: "The seed of every random choice: the same seed gives the same picture",
  minimum: 0,
  maximum: 2 ** 31 - 1,
  step: 1,
  field: true,
  advanced: true,
};

const NEIGHBORS = { minimum: 2, maximum: 200, step: 1, ratios: true } as const;

export const PARAMETERS: Record<Computed, Parameter[]> = {
  tsne: [
    {
      name: "perplexity",
      says: "About how many neighbours each point looks at: few show fine groups, many the broad arrangement",
      minimum: 2,
      maximum: 200,
      step: 1,
      ratios: true,
      applies: ({ affinity }) => affinity === "perplexity",
    },
    {
      name: "n_neighbors",
      says: "How many neighbours each point looks at, all with the same weight",
      ...NEIGHBORS,
      applies: ({ affinity }) => affinity === "uniform",
    },
    METRIC,
    {
      name: "affinity",
      says:
        "Perplexity weighs near neighbours more and adapts to how dense it is around each point; uniform gives a " +
        "fixed number of neighbours the same weight, which is faster and a little coarser",
      choices: {
        perplexity: "Near neighbours weigh more, as far as the perplexity reaches around each point",
        uniform: "A fixed number of neighbours, each with the same weight",
      },
      advanced: true,
    },
    {
      name: "early_exaggeration",
      says: "How strongly groups are drawn together at first, so that they find their place before they spread",
      minimum: 1,
      maximum: 50,
      step: 0.5,
      field: true,
      advanced: true,
    },
    {
      name: "max_iter",
      says: "How many steps the layout takes; 0 leaves it to the method",
      minimum: 0,
      maximum: 10_000,
      step: 50,
      field: true,
      zero: "auto",
      advanced: true,
    },
    SEED,
  ],
  umap: [
    {
      name: "n_neighbors",
      says: "How many neighbours each point looks at: few show fine groups, many the broad arrangement",
      ...NEIGHBORS,
    },
    {
      name: "min_dist",
      says: "How near points may come to each other: small packs groups tightly",
      minimum: 0,
      maximum: 1,
      step: 0.01,
    },
    METRIC,
    {
      name: "spread",
      says: "The scale on which packed points lie apart; min_dist has to be smaller",
      minimum: 0.1,
      maximum: 10,
      step: 0.1,
      field: true,
      advanced: true,
    },
    {
      name: "max_iter",
      called: "n_epochs",
      says: "How often every neighbourhood is gone through; 0 leaves it to the method",
      minimum: 0,
      maximum: 5000,
      step: 50,
      field: true,
      zero: "auto",
      advanced: true,
    },
    SEED,
  ],
};

export const JOINT_SAYS =
  "All steps in one layout, so that what moves has learned; or the step that is seen alone, which shows a little more of it";
export const SUPERVISE_SAYS =
  "A column whose values draw their points together, so that its groups come apart more clearly than the vectors alone say";
export const WEIGHT_SAYS = "How strongly the column draws: 0 not at all, 1 as strongly as it can";

const DEFAULTS: Omit<Settings, "method"> = {
  n_components: 2,
  perplexity: 30,
  affinity: "perplexity",
  n_neighbors: 15,
  min_dist: 0.1,
  spread: 1,
  metric: "euclidean",
  early_exaggeration: 12,
  max_iter: 0,
  random_state: 0,
  supervise: "",
  target_weight: 0.5,
  joint: false,
  ...RAW,
  ends: null,
  among: "all",
  perturbs: "",
};

/** UMAP of all steps together holds a point to as many at every one of them, so to few. */
const JOINT = { umap: { n_neighbors: 5 }, tsne: {} };

/** The parameters that a person starts from, for the step that is seen or for all together. */
export function defaults(method: Computed, joint = false): Settings {
  return { ...DEFAULTS, method, joint, ...(joint ? JOINT[method] : {}) };
}

/** The parameters that a request stands for; what it leaves out is as by default. */
export function settingsOf(request: ProjectRequest): Settings {
  const given = Object.entries(request).filter(([, value]) => value !== null && value !== undefined);
  // What a run went on from is no parameter of the next one.
  return { ...defaults(request.method as Computed), ...Object.fromEntries(given), perturbs: "" };
}

/** The parameters of a method that have a meaning beside the others. */
export function parametersOf(settings: Settings): Parameter[] {
  return PARAMETERS[settings.method].filter(({ applies }) => !applies || applies(settings));
}

/** What is sent: only what the method reads, so that the same picture has the same request. */
export function requestOf(settings: Settings): ProjectRequest {
  const { method, n_components, supervise, target_weight } = settings;
  const request: Record<string, unknown> = { method, n_components };
  for (const { name } of parametersOf(settings)) request[name] = settings[name];
  if (settings.joint) request.joint = true;
  else if (supervise) Object.assign(request, { supervise, target_weight });
  Object.assign(request, preparingOf(settings));
  if (settings.perturbs) request.perturbs = settings.perturbs;
  return request as ProjectRequest;
}

export function same(a: ProjectRequest, b: ProjectRequest): boolean {
  return JSON.stringify(requestOf(settingsOf(a))) === JSON.stringify(requestOf(settingsOf(b)));
}

/** The parameters in words: what the method is about first, then whatever is not as by default; without the metric. */
export function describe(request: ProjectRequest): string[] {
  const settings = settingsOf(request);
  const usual = defaults(settings.method);
  const [first, ...others] = parametersOf(settings);
  const said = [`${spoken(first!)} ${formatNumber(settings[first!.name] as number)}`];
  for (const parameter of others) {
    const value = settings[parameter.name];
    if (value === usual[parameter.name] || parameter.name === "metric") continue;
    said.push("choices" in parameter ? `${value} neighbours` : `${spoken(parameter)} ${formatNumber(value as number)}`);
  }
  if (settings.n_components === 3) said.push("3-D");
  if (settings.joint) said.push("all steps together");
  if (request.perturbs) said.push("perturbed by 10%");
  if (settings.supervise) said.push(`supervised by ${settings.supervise} (${settings.target_weight})`);
  const prepared = preparedSaid(settings);
  if (prepared) said.push(prepared);
  return said;
}

/** A parameter's name as a person reads it. */
export function spoken(parameter: Parameter): string {
  const name = ("called" in parameter && parameter.called) || parameter.name;
  return { random_state: "seed", max_iter: "iterations", early_exaggeration: "early exaggeration" }[name] ?? name;
}
