import { createContext, useContext } from "react";
import { cloned } from "../../api/exact";
import type { DraftKeeper } from "./Drafts";
import { copied, copy } from "./clipboard";
import type { Choice } from "./choices";
import {
  branchesOf, copyOf, findStep, freshId, idOf, keyOf, renamed, rowsOf, standing, takenIds, TRIGGER, whereFrom, whereMoved, type Where,
} from "./tree";
import type { FlowDefinition, JsonObject, Place } from "./types";
import { called } from "./words";

/** Everything that can be done to a flow, for the list and for the canvas alike; each says what it did. */
export class Work {
  constructor(
    readonly keeper: DraftKeeper,
    readonly selected: Place,
    readonly select: (place: Place, focus?: boolean) => void,
    readonly announce: (text: string) => void,
    readonly readOnly: boolean,
  ) {}

  get definition(): FlowDefinition {
    return this.keeper.state.shown;
  }
  get step(): JsonObject | undefined {
    return this.selected.kind === "step" ? findStep(this.definition, this.selected.id) : undefined;
  }

  edit(edits: JsonObject[], says: string): void {
    if (this.readOnly) return;
    this.keeper.edit(edits, says);
    this.announce(says);
  }

  add(choice: Pick<Choice, "id" | "step" | "title">, to: Where): void {
    const id = freshId(choice.id, takenIds(this.definition));
    this.edit([{ edit: "add_step", step: { id, ...cloned(choice.step) }, to }], `Added ‘${id}’: ${choice.title}`);
    this.select({ kind: "step", id }, true);
  }

  remove(): void {
    const { selected } = this;
    const rows = rowsOf(this.definition);
    const here = rows.findIndex((row) => row.key === keyOf(selected));
    const before = rows[here - 1]?.place ?? TRIGGER;
    if (selected.kind === "step") this.edit([{ edit: "remove_step", step: selected.id }], `Removed ‘${selected.id}’`);
    else if (selected.kind === "branch") {
      const choice = findStep(this.definition, selected.step);
      if (!choice || branchesOf(choice).length < 2) return this.announce("A choice needs a branch; remove the choice instead");
      this.edit([{ edit: "remove_branch", step: selected.step, branch: selected.index }], `Removed ${called(selected)}`);
    } else return this.announce("The trigger cannot be removed; choose another one instead");
    this.select(before, true);
  }

  move(by: "up" | "down"): void {
    if (this.selected.kind !== "step") return this.announce("Only a step can be moved");
    const to = whereMoved(this.definition, this.selected.id, by);
    if (!to) return this.announce(`${called(this.selected)} is the ${by === "up" ? "first" : "last"} here already`);
    this.moveTo(this.selected.id, to, `Moved ${called(this.selected)} ${by}`);
  }

  moveTo(step: string, to: Where, says = `Moved ‘${step}’`): void {
    if (to.before === step) return;
    const found = findStep(this.definition, step);
    const inside = found ? rowsOf({ ...this.definition, steps: [found] }).map((row) => row.place) : [];
    if (inside.some((place) => place.kind === "step" && (place.id === to.inside || place.id === to.before)))
      return this.announce("A step cannot be moved into itself");
    this.edit([{ edit: "move_step", step, to }], says);
    this.select({ kind: "step", id: step }, true);
  }

  copy(): boolean {
    if (!this.step) {
      this.announce("Only a step can be copied");
      return false;
    }
    copy(this.step);
    this.announce(`Copied ${called(this.selected)}`);
    return true;
  }

  cut(): void {
    if (this.copy()) this.remove();
  }

  paste(text?: string): void {
    const steps = copied(text);
    if (!steps) return this.announce("There is nothing to paste; copy a step first");
    this.put(steps, whereFrom(this.definition, this.selected, "after"), "Pasted");
  }

  duplicate(): void {
    if (this.step) this.put([this.step], whereFrom(this.definition, this.selected, "after"), "Duplicated");
  }

  private put(steps: JsonObject[], to: Where, word: string): void {
    const taken = takenIds(this.definition);
    const fresh = steps.map((step) => {
      const copy = copyOf(step, taken);
      for (const row of rowsOf({ ...this.definition, steps: [copy] })) if (row.place.kind === "step") taken.add(row.place.id);
      return copy;
    });
    // What one pasted step takes from another it takes from its copy.
    const names = new Map(steps.map((step, index) => [idOf(step), idOf(fresh[index]!)]));
    const linked = fresh.map((step) => renamed(step, names));
    this.edit(linked.map((step) => ({ edit: "add_step", step, to })), `${word} ${linked.map((step) => `‘${idOf(step)}’`).join(", ")}`);
    this.select({ kind: "step", id: idOf(linked[0]!) }, true);
  }

  addBranch(): void {
    const of = this.selected.kind === "branch" ? this.selected.step : this.step && "choose" in this.step ? idOf(this.step) : null;
    if (!of) return;
    const count = branchesOf(findStep(this.definition, of)!).length;
    const number = this.selected.kind === "branch" ? this.selected.index + 1 : count;
    this.edit([{ edit: "add_branch", step: of, at: number, branch: { steps: [] } }], `Added branch ${number + 1} to ‘${of}’`);
    this.select({ kind: "branch", step: of, index: number }, true);
  }

  rename(to: string): void {
    const { selected } = this;
    if (selected.kind !== "step" || to === selected.id) return;
    this.edit([{ edit: "rename_step", step: selected.id, to }], `‘${selected.id}’ is called ‘${to}’ now`);
    this.select({ kind: "step", id: to }, true);
  }

  undo(): void {
    const says = this.keeper.undo();
    this.announce(says ? `Taken back: ${says}` : "There is nothing to take back");
  }

  redo(): void {
    const says = this.keeper.redo();
    this.announce(says ? `Done again: ${says}` : "There is nothing to do again");
  }

  /** Go through the parts as they stand in the list. */
  go(by: number | "first" | "last" | "out" | "in"): void {
    const rows = rowsOf(this.definition);
    const here = Math.max(0, rows.findIndex((row) => row.key === keyOf(this.selected)));
    let next = rows[typeof by === "number" ? here + by : by === "first" ? 0 : rows.length - 1];
    if (by === "out") next = rows.slice(0, here).reverse().find((row) => row.level < rows[here]!.level);
    if (by === "in") next = (rows[here + 1]?.level ?? 0) > rows[here]!.level ? rows[here + 1] : undefined;
    if (next) this.select(next.place, true);
  }

  /** Whether the selected part is still there; after taking back or another's edit it may not be. */
  get standing(): boolean {
    if (this.selected.kind === "trigger") return true;
    if (this.selected.kind === "step") return standing(this.definition, this.selected.id) !== undefined;
    const step = findStep(this.definition, this.selected.step);
    return step !== undefined && this.selected.index < branchesOf(step).length;
  }
}

const Context = createContext<Work | null>(null);
export const WorkProvider = Context.Provider;
export function useWork(): Work {
  const work = useContext(Context);
  if (!work) throw new Error("outside of the builder");
  return work;
}
