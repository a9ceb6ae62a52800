// How the server is asked: what is sent, and to which address.

import type { Step } from "./source";

export function post(body: ArrayBuffer): RequestInit {
  return { method: "POST", body };
}

/** A question in JSON. */
export function asked(request: object): RequestInit {
  return { method: "POST", body: JSON.stringify(request) };
}

/** An address about an embedding as it is at a step. */
export function at(path: string, step: Step | undefined): string {
  return step === null || step === undefined ? path : `${path}?step=${step}`;
}
