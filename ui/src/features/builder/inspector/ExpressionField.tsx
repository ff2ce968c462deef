import { Group, Stack, Text } from "@mantine/core";
import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { useRef } from "react";
import { CodeField, type CodeHandle } from "./CodeField";
import { useAround } from "./context";
import classes from "./inspector.module.css";
import type { Source } from "./logic/tree";
import { shownSample } from "./logic/values";
import { useFunctions, useResult, type FunctionShown } from "./queries";
import { Choose } from "./SourceTree";

/** Fields by their path, functions after ``$``. */
export function completed(asked: CompletionContext, sources: Source[], functions: FunctionShown[]): CompletionResult | null {
  const word = asked.matchBefore(/\$\w*|[A-Za-z_][\w.]*/);
  if (!word && !asked.explicit) return null;
  const from = word?.from ?? asked.pos;
  if (word?.text.startsWith("$"))
    return {
      from,
      options: functions.map((item) => ({
        label: `$${item.name}`,
        apply: `$${item.name}(`,
        detail: item.usage.slice(item.name.length + 1),
        info: `${item.description} ${item.example}`,
        type: "function",
      })),
    };
  return {
    from,
    options: sources.map((source) => ({
      label: source.path.replace(/\.(\d+)(?=\.|$)/g, "[$1]"),
      detail: shownSample(source.sample, 30),
      info: source.description || undefined,
      type: "property",
    })),
    validFor: /^[\w.[\]]*$/,
  };
}

export function ExpressionField({
  label,
  value,
  onChange,
  onFocus,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onFocus?: (take: (path: string) => void) => void;
}) {
  const { readOnly, every, scope } = useAround();
  const functions = useFunctions();
  const handle = useRef<CodeHandle>(null);
  const result = useResult(value, scope, true);
  const take = (path: string) => handle.current?.insert(path.replace(/\.(\d+)(?=\.|$)/g, "[$1]"));
  const problem = value.trim() && !result.late ? (result.data?.problem ?? null) : null;
  return (
    <Stack gap={4}>
      <CodeField
        ref={handle}
        label={label}
        value={value}
        onChange={onChange}
        onFocus={() => onFocus?.(take)}
        readOnly={readOnly}
        complete={(asked) => completed(asked, every(), functions.data ?? [])}
        wrong={problem ? { message: problem.message, position: problem.position ?? null } : null}
        error={problem?.message}
      />
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <Text size="xs" c="dimmed" role="status" className={classes.result} data-testid="result">
          {value.trim() === ""
            ? "Fields and functions are offered as you type; $ lists the functions."
            : result.error
              ? `The result cannot be shown: ${result.error.message}`
              : result.late || !result.data
                ? "Computing …"
                : problem
                  ? "There is no result."
                  : result.data.missing
                    ? "With this sample it gives nothing: a field that it reads is not there."
                    : `With this sample: ${result.data.shown}`}
        </Text>
        <Choose label={label} take={take} />
      </Group>
    </Stack>
  );
}
