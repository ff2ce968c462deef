import { callExact, Problem, STALE } from "../../api/client";
import { decode, encode } from "../../api/exact";
import { did, drafting, redid, refused, resumed, took, undid, type Clash, type Drafting, type Kept } from "./drafting";
import { flowPath, readFlow, type Draft, type Edits, type Flow } from "./queries";
import { shared } from "./sharing";
import type { FlowProblem, JsonObject } from "./types";

const AGAIN_MS = 3000;
const keyOf = (flow: string) => `orderbridge.flow.${flow}`;

/** The edition of a flow that counts now. */
export function present(flow: Flow): Clash {
  return {
    definition: (flow.draft?.definition ?? flow.definition)!,
    revision: flow.draft?.revision ?? null,
    by: flow.draft?.changed_by ?? null,
  };
}

/** Holds what is worked on, sends it in order, and keeps it in the browser until the server has it. */
export class DraftKeeper {
  state: Drafting;
  private readonly listeners = new Set<() => void>();
  private sending = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(readonly flow: Flow) {
    const there = present(flow);
    const kept = readKept(flow.id);
    this.state = kept && kept.queue.length > 0 ? resumed(kept, there) : drafting(there.definition, there.revision);
  }

  /** Begin to send; returns what ends it. */
  open = (): (() => void) => {
    this.closed = false;
    if (this.state.problems === null) void this.look();
    void this.pump();
    return () => {
      this.closed = true;
      clearTimeout(this.timer);
    };
  };

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  snapshot = () => this.state;

  edit(edits: JsonObject[], says: string): void {
    if (edits.length === 0 || this.state.clash) return;
    this.set(did(this.state, edits, says));
    void this.pump();
  }
  undo(): string | null {
    return this.turn("undo");
  }
  redo(): string | null {
    return this.turn("redo");
  }
  private turn(which: "undo" | "redo"): string | null {
    const last = this.state[which].at(-1);
    if (!last || this.state.clash) return null;
    this.set(which === "undo" ? undid(this.state) : redid(this.state));
    void this.pump();
    return last.says;
  }

  again(): void {
    this.set({ ...this.state, trouble: null });
    void this.pump();
  }

  /** Throw away what was done here and go on with what the other made. */
  takeTheirs(): void {
    const { clash } = this.state;
    if (!clash) return;
    this.set(drafting(clash.definition, clash.revision));
    void this.look();
  }

  /** Put what was done here over what the other made. */
  async putMine(): Promise<void> {
    const { clash, shown, undo } = this.state;
    if (!clash) return;
    try {
      const draft = await callExact<Draft>("PUT", `${flowPath(this.flow.id)}/draft`, { definition: shown, seen: clash.revision });
      this.set({ ...drafting(draft.definition, draft.revision), undo, counter: this.state.counter });
      await this.look();
    } catch (error) {
      if (isClash(error)) await this.ask();
      else this.set({ ...this.state, trouble: error as Error });
    }
  }

  /** The draft became a version: the next edit begins another one. What was done can still be taken back. */
  async published(): Promise<void> {
    const there = present(await readFlow(this.flow.id));
    this.set({ ...this.state, base: there.definition, shown: there.definition, revision: there.revision });
  }

  /** Somebody's edition was seen: it is taken over where nothing of ours waits. */
  arrive(there: Clash): void {
    const { state } = this;
    if (this.sending || state.queue.length > 0 || state.clash || there.revision === state.revision) return;
    if (there.revision !== null && state.revision !== null && there.revision < state.revision) return;
    this.set({ ...state, base: there.definition, shown: there.definition, revision: there.revision });
    void this.look();
  }

  private async look(): Promise<void> {
    const definition = this.state.base;
    try {
      const found = await callExact<{ problems: FlowProblem[] }>("POST", "/api/flows/validate", { definition, source: this.flow.source, target: this.flow.target });
      if (this.state.base === definition) this.set({ ...this.state, problems: shared(this.state.problems, found.problems) });
    } catch (error) {
      if (error instanceof Problem && this.state.base === definition) this.set({ ...this.state, problems: error.problems });
    }
  }

  private async pump(): Promise<void> {
    if (this.sending || this.closed) return;
    clearTimeout(this.timer);
    this.sending = true;
    try {
      while (this.state.queue[0] && !this.state.clash && !this.closed) await this.sendOldest();
    } catch (error) {
      this.set({ ...this.state, trouble: error as Error });
      this.timer = setTimeout(() => void this.pump(), AGAIN_MS);
    } finally {
      this.sending = false;
    }
  }

  private async sendOldest(): Promise<void> {
    const oldest = this.state.queue[0]!;
    try {
      const answer = await callExact<Edits>("POST", `${flowPath(this.flow.id)}/edits`, { edits: oldest.edits, seen: this.state.revision });
      this.set(took(this.state, { definition: answer.draft.definition, revision: answer.draft.revision, undo: answer.undo, problems: answer.problems }));
    } catch (error) {
      if (isClash(error)) return this.ask();
      // What may pass is tried again with the same words; what is wrong is not.
      if (!(error instanceof Problem) || error.status === 0 || error.status === 401 || error.cause_ === STALE || error.status === 429 || error.status >= 500) throw error;
      this.set(refused(this.state, error));
    }
  }

  private async ask(): Promise<void> {
    this.set({ ...this.state, clash: present(await readFlow(this.flow.id)), trouble: null });
  }

  private set(state: Drafting): void {
    this.state = state;
    writeKept(this.flow.id, state);
    this.listeners.forEach((listener) => listener());
  }
}

function isClash(error: unknown): boolean {
  return error instanceof Problem && error.cause_ === "flow.draft_changed";
}

function readKept(flow: string): Kept | null {
  try {
    return decode(localStorage.getItem(keyOf(flow)) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

function writeKept(flow: string, { base, revision, queue }: Drafting): void {
  try {
    if (queue.length > 0) localStorage.setItem(keyOf(flow), encode({ base, revision, queue } satisfies Kept));
    else localStorage.removeItem(keyOf(flow));
  } catch {
    // A full or forbidden store: it is still in the page.
  }
}
