import createClient, { type Middleware } from "openapi-fetch";
import { decode, encode } from "./exact";
import type { paths } from "./schema";

/** What the server says when something cannot be done: what happened and what to do next. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    message: string,
    readonly cause_: string,
    /** All that is wrong with a flow, each with its place. */
    readonly problems: { place: string; message: string; line?: number | null; warning?: boolean }[] = [],
  ) {
    super(message);
  }
}

/** The cause of a refusal that is over as soon as the session was asked for anew. */
export const STALE = "access.csrf";

const UNREACHABLE = "The server does not answer.";

/** The session's token against calls from foreign pages; set when somebody is signed in. */
let csrf = "";
export function setCsrf(token: string): void {
  csrf = token;
}

/** Whom to tell that the session has ended, whichever call hears of it first. */
let ended: () => void = () => {};
export function whenSessionEnds(tell: () => void): void {
  ended = tell;
}

async function problemOf(response: Response): Promise<Problem> {
  // The question who is signed in answers itself.
  if (response.status === 401 && new URL(response.url).pathname !== "/api/session") ended();
  try {
    const body = (await response.json()) as { title?: string; message?: string; cause?: string; problems?: Problem["problems"] };
    // Somebody signed in anew meanwhile, here or in another window: the session is asked for its new token.
    if (body.cause === STALE) ended();
    return new Problem(
      response.status,
      body.title ?? "It did not work",
      body.message ?? `The server answered ${response.status}.`,
      body.cause ?? "unknown",
      body.problems,
    );
  } catch {
    return new Problem(response.status, "It did not work", `The server answered ${response.status}.`, "unknown");
  }
}

const manners: Middleware = {
  onRequest({ request }) {
    if (csrf && request.method !== "GET") request.headers.set("X-CSRF-Token", csrf);
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
    return response;
  },
  onError() {
    return new Problem(0, "No answer", UNREACHABLE, "unreachable");
  },
};

export const client = createClient<paths>({ baseUrl: "/" });
client.use(manners);

/** Calls whose answers the description of the API does not name. */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await send(method, path, body === undefined ? undefined : encode(body), "application/json");
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** The same for what may hold amounts that are sent back: every number keeps its digits, as ``Exact`` where it must. */
export async function callExact<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await send(method, path, body === undefined ? undefined : encode(body), "application/json");
  return (response.status === 204 ? undefined : decode(await response.text())) as T;
}

/** A call with a text of another kind, such as a file; what it answers is left to the caller. */
export async function send(method: string, path: string, body: string | Blob | undefined, type: string): Promise<Response> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = type;
  if (csrf && method !== "GET") headers["X-CSRF-Token"] = csrf;
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body });
  } catch {
    throw new Problem(0, "No answer", UNREACHABLE, "unreachable");
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}
