import type { ReactNode } from "react";
import { Advice } from "../../../components/Advice";
import type { FlowProblem } from "../types";
import { useAround } from "./context";
import classes from "./inspector.module.css";
import type { Target } from "./logic/targets";
import type { Source } from "./logic/tree";
import { shownSample } from "./logic/values";
import { Said } from "./Said";
import { useDraft } from "./useDraft";
import { ValueEditor } from "./ValueEditor";

/** One field of an action: what it is, how it is filled, what is wrong with it. */
export function FieldRow({
  step,
  target,
  value,
  problems,
  suggested,
  save,
}: {
  step: string;
  target: Target;
  value: unknown;
  problems: FlowProblem[];
  suggested: Source | null;
  save: (value: unknown) => void;
}) {
  const { readOnly, taker } = useAround();
  const { shown, set, flush } = useDraft(value, save);
  const label = target.label ? `${target.label} (${target.name})` : target.name;
  return (
    <div
      className={classes.row}
      role="group"
      aria-label={`Field ${target.name}`}
      data-field={target.name}
      data-taking={taker?.label === target.name || undefined}
      onBlur={flush}
    >
      <div className={classes.field}>
        <div className={classes.line}>
          <span className={classes.called}>{label}</span>
          {target.required ? <Tag tone="red">needed</Tag> : null}
          {target.type ? <Tag>{target.type}</Tag> : null}
          {target.custom ? <Tag tone="blue">the account’s own</Tag> : null}
          {target.readOnly ? <Tag tone="yellow">only read</Tag> : null}
        </div>
        {target.description && target.description !== target.label ? (
          <p className={classes.told}>
            <Advice>{target.description}</Advice>
            {target.maxLength ? ` ${target.maxLength} characters at most.` : ""}
          </p>
        ) : null}
        <ValueEditor
          label={target.name}
          place={`steps.${step}.with.${target.name}`}
          value={shown}
          onChange={set}
          target={target}
          aside={
            shown === undefined && suggested && !readOnly ? (
              <button
                type="button"
                className={`${classes.small} ${classes.offered}`}
                title={`${suggested.path}: ${shownSample(suggested.sample)}`}
                aria-label={`Take ${suggested.path} for ${target.name}`}
                onClick={() => set({ from: suggested.path })}
              >
                Take {suggested.path}
              </button>
            ) : null
          }
        />
        <Said problems={problems} />
      </div>
    </div>
  );
}

function Tag({ tone, children }: { tone?: string; children: ReactNode }) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {children}
    </span>
  );
}
