import { Input, Text } from "@mantine/core";
import { autocompletion, type CompletionSource } from "@codemirror/autocomplete";
import { yaml } from "@codemirror/lang-yaml";
import { linter, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { minimalSetup } from "codemirror";
import { useEffect, useId, useRef, type Ref, useImperativeHandle, type ReactNode } from "react";
import classes from "./inspector.module.css";

export interface CodeHandle {
  insert: (text: string) => void;
  focus: () => void;
}

/** Text with completion, and what is wrong at its place. Tab leaves it, as everywhere. */
export function CodeField({
  label,
  description,
  value,
  onChange,
  onFocus,
  readOnly,
  complete,
  wrong,
  error,
  json = false,
  ref,
}: {
  label: string;
  description?: ReactNode;
  value: string;
  onChange: (value: string) => void;
  onFocus?: () => void;
  readOnly: boolean;
  complete?: CompletionSource;
  wrong?: { message: string; position: number | null } | null;
  error?: ReactNode;
  json?: boolean;
  ref?: Ref<CodeHandle>;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ onChange, onFocus, complete });
  const fixed = useRef(new Compartment());
  const faults = useRef(new Compartment());
  const id = useId();
  useEffect(() => {
    latest.current = { onChange, onFocus, complete };
  });
  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          minimalSetup,
          EditorView.lineWrapping,
          ...(json ? [yaml()] : []),
          autocompletion({ override: [(asked) => latest.current.complete?.(asked) ?? null], icons: false }),
          fixed.current.of([]),
          faults.current.of([]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
            if (update.focusChanged && update.view.hasFocus) latest.current.onFocus?.();
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
    // The editor lives as long as the field; what changes later is given to it below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value)
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({
      effects: fixed.current.reconfigure([
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({
          "aria-labelledby": `${id}-label`,
          "aria-invalid": String(Boolean(error)),
          ...(error ? { "aria-describedby": `${id}-error` } : {}),
        }),
      ]),
    });
  }, [readOnly, id, error]);
  const message = wrong?.message;
  const position = wrong?.position ?? null;
  useEffect(() => {
    const source = (editor: EditorView): Diagnostic[] => {
      if (message === undefined) return [];
      const from = Math.min(position ?? 0, editor.state.doc.length);
      return [{ from, to: position === null ? editor.state.doc.length : Math.min(from + 1, editor.state.doc.length), severity: "error", message }];
    };
    view.current?.dispatch({ effects: faults.current.reconfigure(linter(source, { delay: 0 })) });
  }, [message, position]);
  useImperativeHandle(ref, () => ({
    insert: (text) => {
      const editor = view.current;
      if (!editor) return;
      editor.dispatch(editor.state.replaceSelection(text));
      editor.focus();
    },
    focus: () => view.current?.focus(),
  }));
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id: `${id}-label` }}
      description={description}
      size="xs"
    >
      <div ref={host} className={classes.code} data-invalid={Boolean(error) || undefined} />
      {error ? (
        <Text size="xs" mt={4} id={`${id}-error`} c="light-dark(#a61e1e, #ffa8a8)">
          {error}
        </Text>
      ) : null}
    </Input.Wrapper>
  );
}
